namespace Vascular.Devices.Tests.Registers;

/// <summary>A Honeywell MPR sensor: a command that measures, a status, 24 bits of output.</summary>
internal sealed class MprlsMap : RegisterMap
{
    private int busy;

    public int Output { get; set; } = 3_109_368;

    public byte Status { get; set; } = 0x40;

    public int LooksBusy { get; set; } = 2;

    public List<string> Written { get; } = [];

    protected override byte[] Get(byte register) =>
        [(byte)(busy-- > 0 ? Status | 0x20 : Status), (byte)(Output >> 16), (byte)(Output >> 8), (byte)Output];

    protected override void Set(byte register, ReadOnlySpan<byte> bytes)
    {
        Written.Add(Convert.ToHexString([register, .. bytes]));
        busy = LooksBusy;
    }
}

/// <summary>A MAX30102: part id, settings, and a FIFO of 32 samples that rolls over.</summary>
internal sealed class Max30102Map : RegisterMap
{
    private readonly Queue<(int Red, int InfraRed)> fifo = [];
    private byte write;
    private byte read;
    private byte lost;

    public byte PartId { get; set; } = 0x15;

    public Dictionary<byte, byte> Settings { get; } = [];

    public void Sample(int red, int infraRed)
    {
        fifo.Enqueue((red, infraRed));
        write = (byte)((write + 1) & 31);
        if (fifo.Count > 32)
        {
            fifo.Dequeue();
            read = write;
            lost = (byte)Math.Min(31, lost + 1);
        }
    }

    protected override byte[] Get(byte register) => register switch
    {
        0xFF => [PartId],
        0x04 => [write, lost, read],
        0x07 => Take(),
        _ => new byte[48],
    };

    protected override void Set(byte register, ReadOnlySpan<byte> bytes) => Settings[register] = bytes[0];

    /// <summary>As many as there are room for on a line; the bus takes what it asked for.</summary>
    private byte[] Take()
    {
        List<byte> bytes = [];
        for (int i = 0; i < 7 && fifo.TryDequeue(out (int Red, int InfraRed) one); i++)
        {
            bytes.AddRange([(byte)(one.Red >> 16), (byte)(one.Red >> 8), (byte)one.Red, (byte)(one.InfraRed >> 16), (byte)(one.InfraRed >> 8), (byte)one.InfraRed]);
            read = (byte)((read + 1) & 31);
        }

        lost = 0;
        return [.. bytes];
    }
}
