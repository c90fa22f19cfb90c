using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Iiod;

/// <summary>One connection to a simulated iiod: commands in, answers out, in the order of the commands.</summary>
/// <remarks>Answers and error numbers are those of iiod 0.24. Buffered capture runs as fast as the device samples (<see cref="ISimulatedIio"/>). Nothing can be written.</remarks>
public sealed class IiodSession
{
    private const int NoDevice = -19;
    private const int NoChannel = -6;
    private const int NoFile = -2;
    private const int NotOpen = -9;
    private const int ReadOnly = -30;
    private const int Invalid = -22;
    private const int NotMade = -38;
    private const long MostBytes = 1 << 20;

    private readonly SimulatedIiod board;
    private readonly SeededStream? chance;
    private readonly double late;
    private readonly StringBuilder heard = new();
    private readonly ArrayBufferWriter<byte> answer = new(4096);
    private readonly Queue<(long AtNs, byte[] Bytes)> said = new();
    private (int Device, uint Mask, long NextSample)? opened;
    private long swallow;
    private long busyUntilNs;

    /// <param name="late">Chance that an answer to a READ comes only after <see cref="LateNs"/>, 0 to 1.</param>
    /// <param name="chance">Where that chance comes from; needed when it is not 0.</param>
    public IiodSession(SimulatedIiod board, double late = 0, SeededStream? chance = null) => (this.board, this.late, this.chance) = (board, late, chance);

    /// <summary>How late a late answer is: beyond any patience a client should have.</summary>
    public const long LateNs = 4 * Nanoseconds.PerSecond;

    /// <summary>The client said good-bye, or what it says is no protocol: the connection is to be closed once all is said.</summary>
    public bool IsOver { get; private set; }

    /// <summary>When the next answer leaves; null when none waits.</summary>
    public long? NextAtNs => said.TryPeek(out (long AtNs, byte[] Bytes) first) ? first.AtNs : null;

    /// <summary>Bytes from the client.</summary>
    public void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
        int data = (int)Math.Min(swallow, bytes.Length);
        swallow -= data;
        heard.Append(Encoding.Latin1.GetString(bytes[data..]));
        while (!IsOver)
        {
            string all = heard.ToString();
            int end = all.IndexOf('\n', StringComparison.Ordinal);
            if (end < 0 || end > IiodWire.LongestLine)
            {
                IsOver = all.Length >= IiodWire.LongestLine;
                break;
            }

            heard.Remove(0, end + 1);
            if (IiodWire.Read(all[..end]) is not { } request)
            {
                continue;
            }

            Obey(request, atNs);
            int take = (int)Math.Min(swallow, heard.Length);
            heard.Remove(0, take);
            swallow -= take;
        }
    }

    /// <summary>Appends every answer that is due.</summary>
    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        while (said.TryPeek(out (long AtNs, byte[] Bytes) first) && first.AtNs <= atNs)
        {
            wire.Write(first.Bytes);
            said.Dequeue();
        }
    }

    private void Obey(IiodRequest command, long atNs)
    {
        answer.Clear();
        long dueNs = Math.Max(atNs, busyUntilNs);
        int? device = command.Device.Length == 0 ? null : board.Find(command.Device);
        switch (command.Verb)
        {
            case "EXIT":
                IsOver = true;
                return;
            case "VERSION":
                IiodWire.WriteVersion(answer);
                break;
            case "PRINT":
                IiodWire.WriteData(board.ContextXml, answer);
                break;
            case "HELP":
                answer.Write("Available commands: HELP EXIT PRINT VERSION TIMEOUT OPEN CLOSE READ WRITE READBUF GETTRIG SET\n"u8);
                break;
            case "TIMEOUT":
                IiodWire.WriteCode(0, answer);
                break;
            case IiodRequest.Wrong or "ZPRINT":
                IiodWire.WriteCode(Invalid, answer);
                break;
            case "READ" when device is { } read:
                Read(read, command, dueNs);
                dueNs += late > 0 && chance!.Unit() < late ? LateNs : 0;
                break;
            case "WRITE":
                swallow = command.Number;
                IiodWire.WriteCode(device is null ? NoDevice : ReadOnly, answer);
                break;
            default:
                dueNs = device is { } named ? Capture(named, command, dueNs) : Code(NoDevice, dueNs);
                break;
        }

        busyUntilNs = dueNs;
        said.Enqueue((dueNs, answer.WrittenSpan.ToArray()));
    }

    private void Read(int device, IiodRequest command, long atNs)
    {
        if (command.Scope == "BUFFER" && command.Attribute is "data_available" or "direction")
        {
            IiodWire.WriteData(command.Attribute == "direction" ? "in\0"u8 : "0\0"u8, answer);
            return;
        }

        bool channel = command.Scope is "INPUT" or "OUTPUT";
        bool found = command.Scope == "INPUT" && board.Devices[device].Channels.Any(c => c.Id == command.Channel);
        string? value = found && command.Attribute is { } attribute ? board.Devices[device].Read(command.Channel!, attribute, atNs) : null;
        if (value is null)
        {
            IiodWire.WriteCode(command.Attribute is null ? NotMade : channel && !found ? NoChannel : NoFile, answer);
            return;
        }

        if (board.Devices[device].Refusal(command.Channel!, command.Attribute!) is var refusal and < 0)
        {
            IiodWire.WriteCode(refusal, answer);
            return;
        }

        IiodWire.WriteData(Encoding.ASCII.GetBytes(value + "\0"), answer);
    }

    /// <returns>When the answer is there.</returns>
    private long Capture(int device, IiodRequest command, long atNs)
    {
        switch (command.Verb)
        {
            case "OPEN" when command.Mask is { Length: 8 } && uint.TryParse(command.Mask, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint mask)
                && IsSampled(device, mask):
                opened = (device, mask, (atNs * board.Devices[device].SamplesPerSecond / Nanoseconds.PerSecond) + 1);
                return Code(0, atNs);
            case "OPEN":
                return Code(Invalid, atNs);
            case "READBUF" when opened is { } open && open.Device == device:
                return Samples(open.Device, open.Mask, open.NextSample, Math.Min(command.Number, MostBytes), atNs);
            case "READBUF":
                return Code(NotOpen, atNs);
            case "CLOSE":
                bool was = opened?.Device == device;
                opened = was ? null : opened;
                return Code(was ? 0 : NoChannel, atNs);
            case "GETTRIG" or "SET":
                return Code(0, atNs);
            default:
                return Code(NotMade, atNs);
        }
    }

    /// <summary>Whole samples as many as fit into the bytes asked for, once the last of them has been taken.</summary>
    private long Samples(int device, uint mask, long sample, long bytes, long atNs)
    {
        ISimulatedIio sampled = board.Devices[device];
        (SimulatedIioChannel Channel, int At)[] layout = Layout(sampled, mask, out int size);
        long count = bytes / size;
        if (count == 0)
        {
            return Code(0, atNs);
        }

        byte[] data = new byte[count * size];
        for (int n = 0; n < count; n++)
        {
            for (int place = 0; place < layout.Length; place++)
            {
                (SimulatedIioChannel channel, int at) = layout[place];
                sampled.Sample(channel, sample + n, place == 0, data.AsSpan((n * size) + at, channel.Bytes));
            }
        }

        opened = (device, mask, sample + count);
        IiodWire.WriteCode(data.Length, answer);
        answer.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{mask:x8}\n")));
        answer.Write(data);
        return Math.Max(atNs, (sample + count - 1) * Nanoseconds.PerSecond / sampled.SamplesPerSecond);
    }

    /// <summary>A mask of channels that are sampled, and at least one of them.</summary>
    private bool IsSampled(int device, uint mask)
    {
        IReadOnlyList<SimulatedIioChannel> channels = board.Devices[device].Channels;
        return mask != 0 && mask < 1u << channels.Count && !channels.Where((c, n) => (mask >> n & 1) != 0 && c.Format is null).Any();
    }

    /// <summary>Where each enabled channel stands in a sample: behind those before it, at a multiple of its own size. libiio adds nothing at the end.</summary>
    private static (SimulatedIioChannel Channel, int At)[] Layout(ISimulatedIio device, uint mask, out int size)
    {
        List<(SimulatedIioChannel, int)> layout = [];
        size = 0;
        foreach (SimulatedIioChannel channel in device.Channels.Where((_, n) => (mask >> n & 1) != 0))
        {
            int at = (size + channel.Bytes - 1) / channel.Bytes * channel.Bytes;
            layout.Add((channel, at));
            size = at + channel.Bytes;
        }

        return [.. layout];
    }

    private long Code(int code, long atNs)
    {
        IiodWire.WriteCode(code, answer);
        return atNs;
    }
}
