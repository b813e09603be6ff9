using System.Globalization;
using System.Text.Json;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;

namespace MiniKernel.Cli.Ask;

/// <summary>Answers as people and programs read them.</summary>
internal static class AnswerText
{
    private const int LabelWidth = 10;

    /// <summary>What lies at an address.</summary>
    public static void Write(IReadOnlyList<Fact> facts, bool asJson, TextWriter output)
    {
        if (asJson)
            output.WriteLine(JsonText.Write(json => WriteFacts(json, facts)));
        else
            WriteFacts(facts, output);
    }

    /// <summary>Why an allocation landed where it did.</summary>
    public static void Write(Explanation explanation, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(JsonText.Write(json => WriteExplanation(json, explanation)));
            return;
        }
        output.WriteLine(explanation.Request);
        int number = 1;
        foreach (ExplainedStep step in explanation.Steps)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number++,3}. {new string(' ', 2 * step.Depth)}{step.Text}"));
        if (!explanation.IsComplete)
            output.WriteLine("     how it was allocated is not known: it was there before anybody recorded");
        output.WriteLine();
        WriteFacts(explanation.Result, output);
    }

    private static void WriteFacts(IReadOnlyList<Fact> facts, TextWriter output)
    {
        foreach (Fact fact in facts)
            output.WriteLine($"{fact.Name.PadRight(LabelWidth)} {fact.Text}");
    }

    private static void WriteFacts(Utf8JsonWriter json, IReadOnlyList<Fact> facts)
    {
        json.WriteStartObject();
        foreach (Fact fact in facts)
            json.WriteString(fact.Name, fact.Text);
        json.WriteEndObject();
    }

    private static void WriteExplanation(Utf8JsonWriter json, Explanation explanation)
    {
        json.WriteStartObject();
        json.WriteString("request", explanation.Request);
        json.WriteBoolean("recorded", explanation.IsComplete);
        json.WriteStartArray("steps");
        foreach (ExplainedStep step in explanation.Steps)
        {
            json.WriteStartObject();
            json.WriteString("event", step.Event);
            json.WriteNumber("depth", step.Depth);
            json.WriteString("text", step.Text);
            json.WriteStartObject("fields");
            foreach ((string name, string value) in step.Fields)
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WritePropertyName("result");
        WriteFacts(json, explanation.Result);
        json.WriteEndObject();
    }
}
