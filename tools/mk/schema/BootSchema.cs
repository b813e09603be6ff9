using System.ComponentModel;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MiniKernel.Cli.Config;
using MiniKernel.Core;
using MiniKernel.Drivers;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Schema;

/// <summary>Makes boot.schema.json, which gives editors completion and hover texts for boot.json.</summary>
/// <remarks>Regenerate with <c>mk schema &gt; tools/mk/boot.schema.json</c>; a test says when that is due.</remarks>
internal static class BootSchema
{
    /// <summary>The schema as it is committed.</summary>
    public static string Text()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            NumberHandling = JsonNumberHandling.Strict, // else an int would be "string or integer"
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        var exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };
        JsonNode body = JsonSchemaExporter.GetJsonSchemaAsNode(options, typeof(BootFile), exporter);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "MiniKernel boot.json",
        };
        foreach ((string key, JsonNode? value) in body.AsObject())
            schema[key] = value?.DeepClone();
        var written = new JsonSerializerOptions
        {
            WriteIndented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = options.TypeInfoResolver,
        };
        return schema.ToJsonString(written) + "\n";
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        ICustomAttributeProvider? attributes = context.PropertyInfo?.AttributeProvider;
        JsonObject schema = node as JsonObject ?? [];
        if (!Has<AllowsNullAttribute>(attributes))
            RemoveNull(schema);
        if (attributes is null)
            return schema;
        if (Has<SizeAttribute>(attributes))
            schema = SizeSchema();
        else if (Has<ProfileNameAttribute>(attributes))
            schema = NameSchema(ShippedProfiles.All.Select(profile => profile.Name));
        else if (Has<DriversAttribute>(attributes))
            schema["items"] = DriverSchema();
        if (Get<WordsAttribute>(attributes) is { } words)
            schema["enum"] = new JsonArray([.. words.Values.Select(value => JsonSerializer.SerializeToNode(value))]);
        if (Get<RangeAttribute>(attributes) is { } range)
            (schema["minimum"], schema["maximum"]) = (range.Min, range.Max);
        if (Get<DescriptionAttribute>(attributes) is { } description)
            schema.Insert(0, "description", description.Description);
        return schema;
    }

    // Keys may be left out; none but logging.file may be null.
    private static void RemoveNull(JsonObject schema)
    {
        if (schema["type"] is not JsonArray types)
            return;
        JsonNode?[] left = [.. types.Where(type => (string?)type != "null").Select(type => type?.DeepClone())];
        schema["type"] = left.Length == 1 ? left[0] : new JsonArray(left);
    }

    private static JsonObject SizeSchema() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
            new JsonObject { ["type"] = "string", ["pattern"] = SizeText.Pattern }),
    };

    private static JsonObject NameSchema(IEnumerable<string> offered) => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["enum"] = new JsonArray([.. offered.Select(name => (JsonNode)name)]) },
            new JsonObject { ["type"] = "string" }),
    };

    private static JsonObject DriverSchema()
    {
        var kinds = new JsonArray(new JsonObject { ["enum"] = new JsonArray([.. SampleDrivers.All.Select(driver => (JsonNode)driver.Name)]) });
        kinds.Add(PathSchema("A driver of your own: its folder, relative to this file, with a / in it."));
        kinds.Add(OutsideSchema());
        foreach (SampleDriver driver in SampleDrivers.All)
        {
            var parameters = new JsonObject();
            foreach (ModuleParameter parameter in driver.Create().Parameters)
                parameters[parameter.Name] = ParameterSchema(parameter);
            kinds.Add(new JsonObject
            {
                ["description"] = driver.Description,
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["name"] = new JsonObject { ["const"] = driver.Name },
                    ["parameters"] = new JsonObject { ["type"] = "object", ["properties"] = parameters, ["additionalProperties"] = false },
                },
                ["required"] = new JsonArray("name"),
                ["additionalProperties"] = false,
            });
        }
        return new JsonObject { ["anyOf"] = kinds };
    }

    // Its parameters are known once it is built.
    private static JsonObject OutsideSchema() => new()
    {
        ["description"] = "A driver of your own.",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["path"] = new JsonObject { ["description"] = "Its folder, .csproj or .dll, or a C module's .ko, relative to this file.", ["type"] = "string" },
            ["parameters"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("boolean", "integer", "string") } },
        },
        ["required"] = new JsonArray("path"),
        ["additionalProperties"] = false,
    };

    private static JsonObject PathSchema(string description) => new()
    {
        ["description"] = description,
        ["type"] = "string",
        ["pattern"] = @"[/\\]|^\.\.?$",
    };

    private static JsonObject ParameterSchema(ModuleParameter parameter)
    {
        var schema = new JsonObject { ["description"] = parameter.Description };
        if (parameter is BoolParameter)
            schema["enum"] = new JsonArray(true, false, 1, 0); // as insmod takes it
        else
            schema["type"] = parameter is IntParameter ? "integer" : "string";
        return schema;
    }

    private static bool Has<T>(ICustomAttributeProvider? attributes) => attributes?.IsDefined(typeof(T), inherit: true) == true;

    private static T? Get<T>(ICustomAttributeProvider attributes)
        where T : Attribute => (T?)attributes.GetCustomAttributes(typeof(T), inherit: true).FirstOrDefault();
}
