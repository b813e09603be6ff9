namespace MiniKernel.Core;

/// <summary>Everything the kernel exports to C modules, header by header.</summary>
internal static class CExports
{
    /// <summary>Fills a runtime's table.</summary>
    public static void AddAll(CRuntime runtime)
    {
        CSlabExports.AddTo(runtime.Exports);
        CPageExports.AddTo(runtime.Exports);
        CStringExports.AddTo(runtime.Exports);
        CSearchExports.AddTo(runtime.Exports);
        CPrintkExports.AddTo(runtime.Exports);
        CTextExports.AddTo(runtime);
        CNumberExports.AddTo(runtime.Exports);
        CDivisionExports.AddTo(runtime.Exports);
        CModuleExports.AddTo(runtime.Exports);
        CSpinExports.AddTo(runtime.Exports);
        CPreemptExports.AddTo(runtime.Exports);
        CRcuExports.AddTo(runtime.Exports);
        CPerCpuExports.AddTo(runtime.Exports);
        CTreeExports.AddTo(runtime.Exports);
        CSortExports.AddTo(runtime.Exports);
        CFifoExports.AddTo(runtime.Exports);
        CRadixExports.AddTo(runtime.Exports);
        CParameterExports.AddTo(runtime);
        CRandomExports.AddTo(runtime.Exports);
        CMempoolExports.AddTo(runtime.Exports);
        CShrinkerExports.AddTo(runtime.Exports);
        CTimeExports.AddTo(runtime.Exports);
        CUserExports.AddTo(runtime.Exports);
        CFileExports.AddTo(runtime.Exports);
        CIterExports.AddTo(runtime.Exports);
        CDeviceExports.AddTo(runtime.Exports);
        CSchedExports.AddTo(runtime.Exports);
        CWaitExports.AddTo(runtime.Exports);
        CLockExports.AddTo(runtime.Exports);
        CTimerExports.AddTo(runtime.Exports);
        CInterruptExports.AddTo(runtime.Exports);
        CWorkExports.AddTo(runtime.Exports);
        CPortExports.AddTo(runtime.Exports);
        CDmaExports.AddTo(runtime.Exports);
        CDmaMappingExports.AddTo(runtime.Exports);
        CHighMemExports.AddTo(runtime.Exports);
        CClassExports.AddTo(runtime.Exports);
        CKobjectExports.AddTo(runtime.Exports);
        CFasyncExports.AddTo(runtime.Exports);
        CPollExports.AddTo(runtime.Exports);
        CSeqExports.AddTo(runtime.Exports);
        CProcExports.AddTo(runtime);
        CDebugfsExports.AddTo(runtime);
        runtime.AddVariables();                             // last: in shadow mode nothing may be behind malloc_sizes
    }
}
