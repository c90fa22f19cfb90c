using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vascular.Acquisition.Cli;

/// <summary>Where scored rows go. <see cref="Header"/> comes once and first; every row has as many fields as it.</summary>
public interface IScoreOutput
{
    void Header(IReadOnlyList<string> names);

    void Row(IReadOnlyList<string> fields);
}

/// <summary>Scored rows as CSV with a header line.</summary>
public sealed class CsvScoreOutput(TextWriter text) : IScoreOutput
{
    public void Header(IReadOnlyList<string> names) => CsvWriter.Write(text, names);

    public void Row(IReadOnlyList<string> fields) => CsvWriter.Write(text, fields);
}

/// <summary>Scored rows as JSON lines: every field a string as CSV would show it, an empty one null, <c>flags</c> and <c>reasons</c> arrays (null in a refused row).</summary>
public sealed class JsonScoreOutput(TextWriter text) : IScoreOutput
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> line = new();
    private IReadOnlyList<string> names = [];

    public void Header(IReadOnlyList<string> names) => this.names = names;

    public void Row(IReadOnlyList<string> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        bool refused = fields[^1].Length > 0;
        line.ResetWrittenCount();
        using (Utf8JsonWriter json = new(line, Readable))
        {
            json.WriteStartObject();
            for (int i = 0; i < names.Count; i++)
            {
                WriteField(json, names[i], fields[i], refused);
            }

            json.WriteEndObject();
        }

        text.Write(Encoding.UTF8.GetString(line.WrittenSpan));
        text.Write('\n');
    }

    private static void WriteField(Utf8JsonWriter json, string name, string field, bool refused)
    {
        json.WritePropertyName(name);
        if (name is ScoreTable.Flags or ScoreTable.Reasons && !refused)
        {
            json.WriteStartArray();
            foreach (string flag in field.Split(';', StringSplitOptions.RemoveEmptyEntries))
            {
                json.WriteStringValue(flag);
            }

            json.WriteEndArray();
        }
        else if (field.Length == 0)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStringValue(field);
        }
    }
}
