using System.Text;
using System.Text.Json;

namespace Vascular.Acquisition.Capture;

/// <summary>What verification says of a tape.</summary>
/// <param name="Segments">Segments that are there.</param>
/// <param name="Records">Records that are there: of every type, faulty ones included.</param>
/// <param name="Unsealed">1 while the last segment has no seal (the examination runs, or waits for its recovery): its records are checked against
/// accidents only, since nothing is signed yet.</param>
/// <param name="Trimmed">Segments of which only the seal is left: its signature was checked, and that none between them is missing.</param>
public sealed record TapeVerdict(int Segments, long Records, int Unsealed, IReadOnlyList<TapeFault> Faults, int Trimmed = 0)
{
    /// <summary><c>{"segments":n,"records":n,"unsealed":n,"faults":[{"file","offset","record","what"}]}</c></summary>
    public string ToJson()
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("segments", Segments);
            json.WriteNumber("records", Records);
            json.WriteNumber("unsealed", Unsealed);
            if (Trimmed > 0)
            {
                json.WriteNumber("trimmed", Trimmed);
            }

            json.WriteStartArray("faults");
            foreach (TapeFault fault in Faults)
            {
                json.WriteStartObject();
                json.WriteString("file", fault.File);
                json.WriteNumber("offset", fault.Offset);
                json.WriteNumber("record", fault.Record);
                json.WriteString("what", fault.What);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
