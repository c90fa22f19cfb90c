using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Records;

/// <summary>A finding as the database keeps it: one line of JSON, keys in the order of the type, numbers that read back to the same bits.</summary>
public static class FindingJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a file of ours, never a page
        Converters = { new SiteText(), new StateText() },
    };

    public static string Write(Finding finding) => JsonSerializer.Serialize(finding, Options);

    /// <exception cref="JsonException">The text is no finding.</exception>
    public static Finding Read(string json) => JsonSerializer.Deserialize<Finding>(json, Options) ?? throw new JsonException("The text is null, not a finding.");

    private sealed class SiteText : JsonConverter<Site>
    {
        public override Site Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Site.TryParse(reader.GetString(), out Site site) ? site : throw new JsonException($"'{reader.GetString()}' is not a site.");

        public override void Write(Utf8JsonWriter writer, Site value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
    }

    private sealed class StateText : JsonConverter<MeasurementState>
    {
        public override MeasurementState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return MeasurementStates.Parse(reader.GetString() ?? "");
            }
            catch (FormatException unknown)
            {
                throw new JsonException(unknown.Message, unknown);
            }
        }

        public override void Write(Utf8JsonWriter writer, MeasurementState value, JsonSerializerOptions options) => writer.WriteStringValue(value.Word());
    }
}
