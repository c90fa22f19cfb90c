using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vascular.Simulators.Record;

/// <summary>A chart kept by the rules for consumers (docs/integrators.md): whatever order messages come in, and however often, it ends with the truth.</summary>
/// <remarks>A fold: old chart + message → new chart, without a clock, a file or a lock. It reads bundles as JSON, as any consumer does.</remarks>
public sealed record ResultChart(ImmutableSortedDictionary<string, ChartedExamination> Examinations)
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ResultChart Empty { get; } = new(ImmutableSortedDictionary.Create<string, ChartedExamination>(StringComparer.Ordinal));

    /// <summary>Takes one message; a bundle that cannot be charted changes nothing.</summary>
    public ResultChart Next(ReadOnlyMemory<byte> bundle) => ChartBundle.Read(bundle) is { } message ? Next(message) : this;

    /// <summary>Takes one message.</summary>
    public ResultChart Next(ChartBundle message)
    {
        ArgumentNullException.ThrowIfNull(message);
        ChartedExamination held = Examinations.GetValueOrDefault(message.Examination) ?? ChartedExamination.Empty;
        return new ResultChart(Examinations.SetItem(message.Examination, held.Next(message)));
    }

    /// <summary>The chart as it stands, UTF-8 JSON: by patient, then by examination; what has no result left is not on it.</summary>
    public byte[] ToJson()
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, Layout))
        {
            json.WriteStartObject();
            json.WriteStartArray("patients");
            foreach (var patient in Examinations.Where(e => e.Value.Observations.Any())
                .GroupBy(e => (e.Value.Report!.PatientSystem, e.Value.Report.Patient)).OrderBy(p => p.Key.Patient, StringComparer.Ordinal).ThenBy(p => p.Key.PatientSystem, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("system", patient.Key.PatientSystem);
                json.WriteString("value", patient.Key.Patient);
                json.WriteStartArray("examinations");
                foreach ((string id, ChartedExamination examination) in patient)
                {
                    Write(json, id, examination);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string id, ChartedExamination examination)
    {
        json.WriteStartObject();
        json.WriteString("examination", id);
        json.WriteNumber("resultversion", examination.Report!.Version);
        json.WriteString("status", examination.Report.Status);
        json.WriteBoolean("complete", examination.Missing.Count == 0 && !examination.IsOutdated);
        json.WriteStartArray("missing");
        foreach (int part in examination.Missing)
        {
            json.WriteNumberValue(part);
        }

        json.WriteEndArray();
        json.WriteStartArray("observations");
        foreach (ChartedObservation observation in examination.Observations.OrderBy(o => o.Id, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("id", observation.Id);
            json.WriteNumber("version", observation.Version);
            json.WriteString("measure", observation.Measure);
            json.WriteString("site", observation.Site);
            json.WriteString("result", observation.Printed);
            json.WriteBoolean("samples", observation.HasSamples);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
