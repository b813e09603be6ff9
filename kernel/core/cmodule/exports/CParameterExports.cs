using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/moduleparam.h: what the kernel has ready for module_param_cb() (Linux 2.6.24 kernel/params.c): param_set_int() and so on, and, as
/// from 2.6.36 on, param_ops_int and so on, which name them.</summary>
internal static class CParameterExports
{
    public static void AddTo(CRuntime runtime)
    {
        foreach (string type in (string[])["byte", "short", "ushort", "int", "uint", "long", "ulong", "ullong", "hexint", "bool", "invbool", "charp"])
        {
            CParameterType parameter = CParameterType.Find(type, 8 * runtime.WordBytes)!;
            runtime.Exports.Function($"param_set_{type}", (ref CCall c) => Set(ref c, parameter));
            runtime.Exports.Function($"param_get_{type}", (ref CCall c) => Get(ref c, parameter, isHex: type == "hexint"));
            AddOperations(runtime, type);
        }
    }

    private static void AddOperations(CRuntime runtime, string type)
    {
        KernelParamOpsStruct members = runtime.Structs.KernelParamOps;
        VirtualAddress at = runtime.AddVariable($"param_ops_{type}", members.Bytes);
        KernelContext kernel = runtime.Kernel.Context(runtime.Kernel.Current.Id);
        kernel.Set(at, members.Set, runtime.Exports.Find($"param_set_{type}")!.Address, default);
        kernel.Set(at, members.Get, runtime.Exports.Find($"param_get_{type}")!.Address, default);
    }

    // A number may have a newline behind it, as what echo writes has.
    private static ulong Set(ref CCall c, CParameterType type)
    {
        (VirtualAddress text, VirtualAddress parameter) = (c.Pointer(), c.Pointer());
        VirtualAddress variable = c.GetPointer(parameter, c.Runtime.Structs.KernelParam.Argument);
        if (text.IsNull)
            return CCall.Failed(Errno.EINVAL);
        string value = c.Runtime.ReadString(c.Kernel, text, c.Site);
        if (type.IsPointer)
        {
            if (!type.IsValid(value))
                return CCall.Failed(Errno.ENOSPC);
            c.Kernel.WritePointer(variable, text, c.File, c.Line, c.Member);
            return 0;
        }
        value = value.EndsWith('\n') ? value[..^1] : value;
        if (!type.IsValid(value))
            return CCall.Failed(Errno.EINVAL);
        c.Set(variable, Variable(ref c, type), type.ValueOf(value));
        return 0;
    }

    // Returns the length. Since 4.19 with a newline.
    private static ulong Get(ref CCall c, CParameterType type, bool isHex)
    {
        (VirtualAddress buffer, VirtualAddress parameter) = (c.Pointer(), c.Pointer());
        VirtualAddress variable = c.GetPointer(parameter, c.Runtime.Structs.KernelParam.Argument);
        string text = TextOf(ref c, type, isHex, variable) + (c.Runtime.Kernel.Options.Api == KernelApi.Modern ? "\n" : "");
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text), 0];
        c.Kernel.CopyTo(buffer, bytes, c.File, c.Line, c.Member);
        return (ulong)bytes.Length - 1;
    }

    private static string TextOf(ref CCall c, CParameterType type, bool isHex, VirtualAddress variable)
    {
        ulong value = c.Get(variable, Variable(ref c, type));
        if (type.IsPointer)
            return c.Runtime.ReadString(c.Kernel, new VirtualAddress(value), c.Site);
        if (type.IsBool)
            return value != 0 != type.IsInverted ? "Y" : "N";
        if (isHex)
            return string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
        int unused = 64 - type.Bits;
        return type.IsSigned ? ((long)(value << unused) >> unused).ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);
    }

    // A bool was an int until 2.6.36.
    private static CMember Variable(ref CCall c, CParameterType type) =>
        new("arg", 0, type.IsPointer ? c.Runtime.WordBytes : !type.IsBool ? type.Bits / 8 : c.Runtime.Kernel.Options.Api == KernelApi.Modern ? 1 : 4);
}
