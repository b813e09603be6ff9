namespace MiniKernel.Cli.Shell;

/// <summary>A script that runs, to its first failure or to its end; when another machine takes over, it goes on there.</summary>
/// <param name="script">Its commands.</param>
/// <param name="keepsGoing">True: a failure does not end it.</param>
/// <param name="trace">Is given each line before it runs.</param>
internal sealed class ScriptRun(IReadOnlyList<ShellStatement> script, bool keepsGoing, Action<string> trace)
{
    private int _next, _traced;
    private bool _isGood = true;

    /// <summary>Runs it as far as it goes on that machine.</summary>
    /// <returns>False when something failed.</returns>
    public bool Run(ShellSession shell)
    {
        while (_next != script.Count && !shell.IsOver && (_isGood || keepsGoing))
        {
            ShellStatement statement = script[_next++];
            if (statement.Line != _traced)
                trace(statement.Text);
            _traced = statement.Line;
            _isGood &= shell.Run(statement);
        }
        return _isGood;
    }
}
