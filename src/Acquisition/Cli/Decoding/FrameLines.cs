using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Vascular.Devices;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>Turns the bytes of one protocol into JSON lines: one for each frame, one for each run of refused bytes, with the offset of its first byte.</summary>
/// <remarks>Memory is bounded however long the stream: the tail a codec asks for, and the lines of one read. What comes out does not depend on how
/// the bytes were split into reads.</remarks>
public abstract class FrameLines : IDisposable
{
    private readonly WireTail _tail;
    private readonly Utf8JsonWriter _json;
    private readonly IBufferWriter<byte> _lines;

    protected FrameLines(int longestLook, IBufferWriter<byte> lines)
    {
        _tail = new WireTail(longestLook);
        _lines = lines;
        _json = new Utf8JsonWriter(lines);
    }

    /// <summary>Offset of the first byte not yet used.</summary>
    protected long Offset { get; private set; }

    /// <summary>The bytes just before <see cref="Offset"/> were refused, and a line has said so.</summary>
    protected bool InRefusedRun { get; private set; }

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Take(ReadOnlySpan<byte> read)
    {
        while (!read.IsEmpty)
        {
            _tail.Fill(ref read);
            ReadOnlySequence<byte> wire = _tail.Wire;
            while (TakeOne(ref wire))
            {
            }

            _tail.Keep(wire);
        }
    }

    /// <summary>The stream ended: what is left over is refused.</summary>
    public void End()
    {
        WireFault fault = LeftOver(_tail.Wire);
        if (fault != WireFault.None)
        {
            WriteFault(fault);
        }

        _tail.Clear();
    }

    public void Dispose()
    {
        _json.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Passes over bytes that belong to no frame and are no fault.</summary>
    protected virtual void Skip(ref ReadOnlySequence<byte> wire)
    {
    }

    /// <summary>Takes one frame, and writes its lines with <see cref="Offset"/> as the frame's, or one refusal.</summary>
    protected abstract OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault);

    /// <summary>Why the bytes left at the end of the stream are no frame; None when there is nothing to say.</summary>
    protected virtual WireFault LeftOver(in ReadOnlySequence<byte> wire) => wire.IsEmpty ? WireFault.None : WireFault.Truncated;

    /// <summary>Begins a line <c>{"offset":n,"name":{</c>; end it with <see cref="EndLine"/>.</summary>
    protected Utf8JsonWriter BeginLine(long offset, string name)
    {
        _json.WriteStartObject();
        _json.WriteNumber("offset", offset);
        _json.WriteStartObject(name);
        return _json;
    }

    protected void EndLine()
    {
        _json.WriteEndObject();
        FinishLine();
    }

    /// <summary>Writes a value, or null where the device says it is missing.</summary>
    protected static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Writes a value, or null where the device says it is missing.</summary>
    protected static void WriteNumber(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Writes the device's own date and time without a time zone, which no device states; null where it sent none.</summary>
    protected static void WriteTime(Utf8JsonWriter json, string name, DateTime? time) =>
        json.WriteString(name, time?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF", CultureInfo.InvariantCulture));

    private bool TakeOne(ref ReadOnlySequence<byte> wire)
    {
        long before = wire.Length;
        Skip(ref wire);
        Offset += before - wire.Length;

        before = wire.Length;
        OperationStatus status = TryRead(ref wire, out WireFault fault);
        if (status == OperationStatus.InvalidData && !InRefusedRun)
        {
            WriteFault(fault);
        }

        InRefusedRun = status == OperationStatus.InvalidData || (InRefusedRun && status == OperationStatus.NeedMoreData);
        Offset += before - wire.Length;
        return status != OperationStatus.NeedMoreData;
    }

    private void WriteFault(WireFault fault)
    {
        _json.WriteStartObject();
        _json.WriteNumber("offset", Offset);
        _json.WriteString("fault", Word(fault));
        FinishLine();
    }

    private void FinishLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _lines.Write("\n"u8);
    }

    private static string Word(WireFault fault) => fault switch
    {
        WireFault.Noise => "noise",
        WireFault.Checksum => "checksum",
        WireFault.Range => "range",
        WireFault.Truncated => "truncated",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No fault of a wire."),
    };
}
