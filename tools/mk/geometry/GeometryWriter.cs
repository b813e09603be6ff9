using System.Globalization;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;

namespace MiniKernel.Cli.Geometry;

/// <summary>How a geometry is written.</summary>
internal enum GeometryFormat
{
    Table,
    Csv,
    Json,
}

/// <summary>Writes the rows.</summary>
internal static class GeometryWriter
{
    /// <summary>The first line of the CSV.</summary>
    public const string CsvHeader = "name,objsize,objperslab,pagesperslab,limit,batchcount,shared,colours,offslab";

    /// <summary>Writes all rows in a format.</summary>
    public static void Write(IReadOnlyList<GeometryRow> rows, GeometryFormat format, TextWriter output)
    {
        switch (format)
        {
            case GeometryFormat.Csv:
                WriteCsv(rows, output);
                break;
            case GeometryFormat.Json:
                output.WriteLine(Json(rows));
                break;
            default:
                WriteTable(rows, output);
                break;
        }
    }

    private static void WriteCsv(IReadOnlyList<GeometryRow> rows, TextWriter output)
    {
        output.WriteLine(CsvHeader);
        foreach (GeometryRow row in rows)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{CsvLine.Field(row.Name)},{row.ObjectSize},{row.ObjectsPerSlab},{row.PagesPerSlab},{row.Limit},{row.BatchCount},{row.Shared},{row.Colours},{(row.IsOffSlab ? 1 : 0)}"));
        }
    }

    private static void WriteTable(IReadOnlyList<GeometryRow> rows, TextWriter output)
    {
        var table = new PlainTable("name", ">objsize", ">objperslab", ">pagesperslab", ">limit", ">batchcount", ">shared", ">colours", "slab descriptor");
        foreach (GeometryRow row in rows)
        {
            table.Add(
                row.Name, Text(row.ObjectSize), Text(row.ObjectsPerSlab), Text(row.PagesPerSlab), Text(row.Limit),
                Text(row.BatchCount), Text(row.Shared), Text(row.Colours), row.IsOffSlab ? "off-slab" : "on-slab");
        }
        table.Write(output);
    }

    private static string Json(IReadOnlyList<GeometryRow> rows)
    {
        return JsonText.Write(json =>
        {
            json.WriteStartArray();
            foreach (GeometryRow row in rows)
            {
                json.WriteStartObject();
                json.WriteString("name", row.Name);
                json.WriteNumber("objsize", row.ObjectSize);
                json.WriteNumber("objperslab", row.ObjectsPerSlab);
                json.WriteNumber("pagesperslab", row.PagesPerSlab);
                json.WriteNumber("limit", row.Limit);
                json.WriteNumber("batchcount", row.BatchCount);
                json.WriteNumber("shared", row.Shared);
                json.WriteNumber("colours", row.Colours);
                json.WriteBoolean("offslab", row.IsOffSlab);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
