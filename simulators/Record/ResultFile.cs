using System.Buffers;
using System.Text.Json;

namespace Vascular.Simulators.Record;

/// <summary>What a store did with a result.</summary>
/// <param name="Duplicate">The same (source, id) is already held: nothing was written.</param>
/// <param name="Superseded">Stored, but a higher version of the same examination is held: a reader ignores it.</param>
public readonly record struct Stored(bool Duplicate, bool Superseded);

/// <summary>Results as JSON lines on disk, each flushed before <see cref="Add"/> answers; read back at the next start.</summary>
/// <remarks>Keys are held in memory: about 150 bytes per result, without bound, for a consumer that runs for tests and demonstrations.</remarks>
public sealed class ResultFile : IDisposable
{
    private readonly FileStream file;
    private readonly HashSet<(string Source, string Id)> held = [];
    private readonly Dictionary<(string Source, string Subject), int> versions = [];

    private ResultFile(FileStream file) => this.file = file;

    /// <summary>Distinct results held.</summary>
    public int Count => held.Count;

    /// <summary>Opens or makes the file; a last line that was cut off by a crash is removed.</summary>
    /// <param name="held">Told the bundle of each result that is held already, in the order they came.</param>
    /// <exception cref="IOException">The file cannot be opened, or another process holds it.</exception>
    /// <exception cref="InvalidDataException">A whole line is not one of ours.</exception>
    public static ResultFile Open(string path, Action<JsonElement>? held = null)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        ResultFile results = new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
        try
        {
            results.ReadBack(held);
            return results;
        }
        catch
        {
            results.Dispose();
            throw;
        }
    }

    /// <summary>Whether the same (source, id) is on disk.</summary>
    public bool Holds(ResultMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return held.Contains((message.Source, message.Id));
    }

    /// <summary>Stores a result unless it is held already; returns when it is on disk.</summary>
    public Stored Add(ResultMessage message, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (held.Contains((message.Source, message.Id)))
        {
            return new Stored(Duplicate: true, Superseded: false);
        }

        bool superseded = message is { Subject: { } subject, Version: { } version }
            && versions.TryGetValue((message.Source, subject), out int highest) && version < highest;
        file.Write(Line(message, superseded, at));
        file.Flush(flushToDisk: true);
        Remember(message.Source, message.Id, message.Subject, message.Version);
        return new Stored(Duplicate: false, superseded);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static ReadOnlySpan<byte> Line(ResultMessage message, bool superseded, DateTimeOffset at)
    {
        ArrayBufferWriter<byte> line = new(message.Bundle.Length + 1024);
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            json.WriteString("topic", message.Topic);
            json.WriteString("source", message.Source);
            json.WriteString("id", message.Id);
            json.WriteString("sequence", message.Sequence);
            json.WriteString("subject", message.Subject);
            if (message.Version is { } version)
            {
                json.WriteNumber("resultversion", version);
            }
            else
            {
                json.WriteNull("resultversion");
            }

            if (message.Part is { } part)
            {
                json.WriteString("part", part);
                json.WriteString("partof", message.PartOf);
            }

            json.WriteBoolean("superseded", superseded);
            json.WriteString("received", at.UtcDateTime);
            json.WriteStartObject("properties");
            foreach ((string name, string value) in message.Properties)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WritePropertyName("bundle");
            using (JsonDocument bundle = JsonDocument.Parse(message.Bundle))
            {
                bundle.RootElement.WriteTo(json);   // without line breaks: one result, one line
            }

            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan;
    }

    private void ReadBack(Action<JsonElement>? tell)
    {
        byte[] all = new byte[file.Length];
        file.ReadExactly(all);
        int end = all.AsSpan().LastIndexOf((byte)'\n') + 1;
        ReadOnlyMemory<byte> rest = all.AsMemory(0, end);
        for (int number = 1; !rest.IsEmpty; number++)
        {
            int cut = rest.Span.IndexOf((byte)'\n');
            try
            {
                using JsonDocument line = JsonDocument.Parse(rest[..cut]);
                JsonElement root = line.RootElement;
                JsonElement version = root.GetProperty("resultversion");
                Remember(
                    root.GetProperty("source").GetString()!,
                    root.GetProperty("id").GetString()!,
                    root.GetProperty("subject").GetString(),
                    version.ValueKind == JsonValueKind.Number ? version.GetInt32() : null);
                tell?.Invoke(root.GetProperty("bundle"));
            }
            catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new InvalidDataException($"line {number} is no stored result", fault);
            }

            rest = rest[(cut + 1)..];
        }

        file.SetLength(end);
        file.Position = end;
    }

    private void Remember(string source, string id, string? subject, int? version)
    {
        held.Add((source, id));
        if (subject is not null && version is { } number && (!versions.TryGetValue((source, subject), out int highest) || number > highest))
        {
            versions[(source, subject)] = number;
        }
    }
}
