using System.Device.Spi;

namespace Vascular.Devices.Tests.Registers;

/// <summary>A chip behind an SPI bus: as many bytes come in as go out.</summary>
internal abstract class SpiChipMap : SpiDevice
{
    public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 1);

    /// <summary>The driver of the bus fails.</summary>
    public bool Dead { get; set; }

    /// <summary>Error of the next transfers; 0 for none.</summary>
    public Queue<int> Errors { get; } = [];

    /// <summary>Held while a call must not end.</summary>
    public ManualResetEventSlim Free { get; } = new(initialState: true);

    /// <summary>Every transfer's bytes out.</summary>
    public List<string> Out { get; } = [];

    public bool IsDisposed { get; private set; }

    public sealed override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Free.Wait();
        int error = Dead ? 5 : Errors.Count > 0 ? Errors.Dequeue() : 0;
        if (error != 0)
        {
            throw new IOException($"Error {error} performing SPI data transfer.");     // the library's own words
        }

        Out.Add(Convert.ToHexString(writeBuffer));
        byte[] answer = Answer(writeBuffer);
        Assert.Equal(writeBuffer.Length, answer.Length);
        answer.CopyTo(readBuffer);
    }

    public sealed override void Read(Span<byte> buffer) => throw new NotSupportedException();

    public sealed override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

    protected abstract byte[] Answer(ReadOnlySpan<byte> said);

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}

/// <summary>An MCP3208 bit by bit, as its data sheet's diagrams run: it waits for the start bit, takes four more, samples for one clock, says a 0, then its count.</summary>
internal sealed class Mcp3208Map : SpiChipMap
{
    /// <summary>Counts of the eight inputs.</summary>
    public int[] Counts { get; } = [100, 211, 322, 433, 544, 655, 766, 4095];

    /// <summary>Nobody is there and the wire rests high, or low.</summary>
    public bool? RestsHigh { get; set; }

    protected override byte[] Answer(ReadOnlySpan<byte> said)
    {
        bool[] into = Bits(said);
        bool[] from = [.. into.Select(_ => RestsHigh ?? true)];
        int start = Array.IndexOf(into, true);
        if (RestsHigh is null && start >= 0)
        {
            Assert.True(into[start + 1], "single-ended");
            int input = (into[start + 2] ? 4 : 0) | (into[start + 3] ? 2 : 0) | (into[start + 4] ? 1 : 0);
            int at = start + 6;     // one clock to sample
            from[at] = false;
            for (int bit = 11; bit >= 0; bit--)
            {
                from[++at] = ((Counts[input] >> bit) & 1) != 0;
            }
        }

        return Bytes(from);
    }

    internal static bool[] Bits(ReadOnlySpan<byte> bytes)
    {
        List<bool> bits = [];
        foreach (byte value in bytes)
        {
            bits.AddRange(Enumerable.Range(0, 8).Select(n => ((value >> (7 - n)) & 1) != 0));
        }

        return [.. bits];
    }

    internal static byte[] Bytes(bool[] bits) =>
        [.. Enumerable.Range(0, bits.Length / 8).Select(n => (byte)bits.Skip(8 * n).Take(8).Aggregate(0, (value, bit) => (value << 1) | (bit ? 1 : 0)))];
}

/// <summary>An HX711 on the data wires of an SPI bus, edge by edge: each rise of its clock brings the next bit out; the pulses after the 24th choose the next gain.</summary>
internal sealed class Hx711Map : SpiChipMap
{
    private int pulses = -1;        // of the conversion that is being taken; -1: none is
    private bool clock;
    private bool data;

    /// <summary>What it converts, by gain.</summary>
    public Dictionary<int, int> Counts { get; } = new() { [128] = 1_234_567, [64] = 617_283, [32] = -308_642 };

    /// <summary>The gain of the conversion that is ready; after power-up 128.</summary>
    public int Gain { get; private set; } = 128;

    /// <summary>Looks until a conversion is ready.</summary>
    public int LooksBusy { get; set; } = 2;

    /// <summary>Nobody is there and the wire rests high, or low.</summary>
    public bool? RestsHigh { get; set; }

    private int Busy { get; set; }

    protected override byte[] Answer(ReadOnlySpan<byte> said)
    {
        if (RestsHigh is { } high)
        {
            return [.. said.ToArray().Select(_ => (byte)(high ? 0xFF : 0))];
        }

        EndOfTransfer();
        bool ready = Busy-- <= 0;
        int count = Counts[Gain];
        bool[] into = Mcp3208Map.Bits(said), from = new bool[into.Length];
        data = !ready;
        for (int at = 0; at < into.Length; at++)
        {
            if (into[at] && !clock && ready)
            {
                pulses = pulses < 0 ? 1 : pulses + 1;
                data = pulses > 24 || ((count >> (24 - pulses)) & 1) != 0;
            }

            (clock, from[at]) = (into[at], data);
        }

        return Mcp3208Map.Bytes(from);
    }

    /// <summary>What was taken before chose the next gain.</summary>
    private void EndOfTransfer()
    {
        if (pulses >= 25)
        {
            Gain = pulses switch { 25 => 128, 26 => 32, _ => 64 };
            Busy = LooksBusy;
        }

        pulses = -1;
    }
}
