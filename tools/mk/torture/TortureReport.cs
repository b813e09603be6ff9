using System.Globalization;
using System.Text.Json;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;

namespace MiniKernel.Cli.Torture;

/// <summary>Tells how a driver took it.</summary>
/// <param name="driver">Its name.</param>
/// <param name="command">The command line that repeats a run, from the profile's name and the number of the request.</param>
internal sealed class TortureReport(string driver, Func<string, ulong, string> command)
{
    private const int MostFailures = 12; // shown of one machine; alike ones are one

    /// <summary>Writes a table, and every failure with the command that repeats it.</summary>
    public void Write(IReadOnlyList<TortureResult> results, TextWriter output)
    {
        var table = new PlainTable("PROFILE", ">REQUESTS", ">PLACES", ">RUNS", ">SURVIVED", "ENDED WITH");
        foreach (TortureResult result in results)
        {
            table.Add(
                result.Profile.Name, Number(result.Requests), Number(result.Places), Number(result.Runs.Count),
                Number(result.Runs.Count(run => run.Survived)), EndsOf(result));
        }
        table.Write(output);
        output.WriteLine();
        foreach (TortureResult result in results)
            WriteFailures(result, output);
        output.WriteLine(Verdict(results));
        if (results.Any(result => result.Runs.Count < result.Requests))
            output.WriteLine("Not every request failed once: of each place the first, the last and some between did (--runs).");
    }

    private static string EndsOf(TortureResult result)
    {
        IEnumerable<string> ends = result.Ends.Select(end => $"{Number(end.Count)} {end.End}");
        return string.Join(", ", result.Undisturbed.End == "ok" ? ends : ends.Prepend($"undisturbed {result.Undisturbed.End}"));
    }

    /// <summary>The same as JSON.</summary>
    public void Write(IReadOnlyList<TortureResult> results, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("driver", driver);
        json.WriteStartArray("profiles");
        foreach (TortureResult result in results)
            Write(result, json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(TortureResult result, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", result.Profile.Name);
        json.WriteString("undisturbed", result.Undisturbed.End);
        json.WriteNumber("requests", result.Requests);
        json.WriteNumber("places", result.Places);
        json.WriteNumber("runs", result.Runs.Count);
        json.WriteNumber("survived", result.Runs.Count(run => run.Survived));
        json.WriteStartArray("failures");
        foreach (TortureOutcome failure in result.Failures)
        {
            json.WriteStartObject();
            json.WriteNumber("request", failure.Nth);
            json.WriteString("what", failure.Request);
            json.WriteStartArray("complaints");
            foreach (string complaint in failure.Complaints)
                json.WriteStringValue(complaint);
            json.WriteEndArray();
            json.WriteString("command", command(result.Profile.Name, failure.Nth));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteFailures(TortureResult result, TextWriter output)
    {
        IGrouping<string, TortureOutcome>[] kinds = [.. result.Failures.GroupBy(failure => $"{failure.Request}\n{string.Join('\n', failure.Complaints)}")];
        foreach (IGrouping<string, TortureOutcome> kind in kinds.Take(MostFailures))
        {
            TortureOutcome first = kind.First();
            string what = first.Nth == 0 ? "nothing failed" : $"request {Number((long)first.Nth)} failed: {first.Request}";
            output.WriteLine($"{result.Profile.Name}: {what}");
            foreach (string complaint in first.Complaints)
                output.WriteLine($"  {complaint}");
            if (kind.Count() > 1)
                output.WriteLine($"  {Plural.Of(kind.Count() - 1, "more run")} like this one");
            output.WriteLine($"  again: {command(result.Profile.Name, first.Nth)}");
            output.WriteLine();
        }
        if (kinds.Length > MostFailures)
            output.WriteLine($"{result.Profile.Name}: {Plural.Of(kinds.Length - MostFailures, "more failure")} of other kinds; --json shows all\n");
    }

    private string Verdict(IReadOnlyList<TortureResult> results)
    {
        int runs = results.Sum(result => result.Runs.Count), failed = results.Sum(result => result.Failures.Count());
        return runs == 0 && failed == 0
            ? $"{driver} asked for no memory: there was nothing to fail."
            : failed == 0 ? $"{driver} survived {Plural.Of(runs, "run")}, one failing request in each."
            : $"{driver} did not survive {Number(failed)} of {Plural.Of(runs + results.Count, "run")}.";
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
