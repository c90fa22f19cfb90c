using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Vascular.Devices.Iiod;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Iiod;

/// <summary>One connection to a simulated iiod: commands in, answers out, in the order of the commands.</summary>
/// <remarks>Answers and error numbers are those of iiod 0.24. Buffered capture runs at 128 samples a second; as in the kernel's driver only the first input that
/// is enabled is converted, the others stay 0. Nothing can be written.</remarks>
public sealed class IiodSession
{
    private const int NoDevice = -19;
    private const int NoChannel = -6;
    private const int NoFile = -2;
    private const int NotOpen = -9;
    private const int ReadOnly = -30;
    private const int Invalid = -22;
    private const int NotMade = -38;
    private const int TimestampBit = SimulatedIiod.Inputs;
    private const long MostBytes = 1 << 20;

    private readonly SimulatedIiod board;
    private readonly SeededStream? chance;
    private readonly double late;
    private readonly ArrayBufferWriter<byte> heard = new(512);
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
        heard.Write(bytes[data..]);
        ReadOnlySequence<byte> wire = new(heard.WrittenSpan.ToArray());
        while (!IsOver)
        {
            OperationStatus status = IiodCodec.TryReadCommand(ref wire, out IiodCommand command, out WireFault _);
            if (status != OperationStatus.Done)
            {
                IsOver = status == OperationStatus.InvalidData;
                break;
            }

            Obey(command, atNs);
            long take = Math.Min(swallow, wire.Length);
            wire = wire.Slice(take);
            swallow -= take;
        }

        heard.Clear();
        heard.Write(wire.ToArray());
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

    private void Obey(IiodCommand command, long atNs)
    {
        answer.Clear();
        long dueNs = Math.Max(atNs, busyUntilNs);
        int? device = command.Device.Length == 0 ? null : board.Find(command.Device);
        switch (command.Verb)
        {
            case IiodVerb.Exit:
                IsOver = true;
                return;
            case IiodVerb.Version:
                IiodCodec.WriteVersion(0, 24, "v0.24", answer);
                break;
            case IiodVerb.Print:
                IiodCodec.WriteData(board.ContextXml, answer);
                break;
            case IiodVerb.Help:
                answer.Write("Available commands: HELP EXIT PRINT VERSION TIMEOUT OPEN CLOSE READ WRITE READBUF GETTRIG SET\n"u8);
                break;
            case IiodVerb.Timeout:
                IiodCodec.WriteCode(0, answer);
                break;
            case IiodVerb.Unknown or IiodVerb.ZPrint:
                IiodCodec.WriteCode(Invalid, answer);
                break;
            case IiodVerb.Read when device is { } read:
                Read(read, command, dueNs);
                dueNs += late > 0 && chance!.Unit() < late ? LateNs : 0;
                break;
            case IiodVerb.Write:
                swallow = command.Number;
                IiodCodec.WriteCode(device is null ? NoDevice : ReadOnly, answer);
                break;
            default:
                dueNs = device is { } named ? Capture(named, command, dueNs) : Code(NoDevice, dueNs);
                break;
        }

        busyUntilNs = dueNs;
        said.Enqueue((dueNs, answer.WrittenSpan.ToArray()));
    }

    private void Read(int device, IiodCommand command, long atNs)
    {
        if (command.Scope == IiodScope.Buffer && command.Attribute is "data_available" or "direction")
        {
            IiodCodec.WriteData(command.Attribute == "direction" ? "in\0"u8 : "0\0"u8, answer);
            return;
        }

        int input = command.Scope == IiodScope.Input && command.Channel is ['v', 'o', 'l', 't', 'a', 'g', 'e', >= '0' and <= '3'] ? command.Channel[^1] - '0' : -1;
        string? value = input >= 0 && command.Attribute is { } attribute ? board.Read(device, input, attribute, atNs) : null;
        if (value is null)
        {
            bool channel = command.Scope is IiodScope.Input or IiodScope.Output;
            IiodCodec.WriteCode(command.Attribute is null ? NotMade : channel && input < 0 && command.Channel != "timestamp" ? NoChannel : NoFile, answer);
            return;
        }

        IiodCodec.WriteData(Encoding.ASCII.GetBytes(value + "\0"), answer);
    }

    /// <returns>When the answer is there.</returns>
    private long Capture(int device, IiodCommand command, long atNs)
    {
        switch (command.Verb)
        {
            case IiodVerb.Open when command.Mask is { Length: 8 } && uint.TryParse(command.Mask, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint mask)
                && mask is > 0 and < 1 << (TimestampBit + 1):
                opened = (device, mask, (atNs * SimulatedIiod.SamplesPerSecond / Nanoseconds.PerSecond) + 1);
                return Code(0, atNs);
            case IiodVerb.Open:
                return Code(Invalid, atNs);
            case IiodVerb.ReadBuffer when opened is { } open && open.Device == device:
                return Samples(open.Device, open.Mask, open.NextSample, Math.Min(command.Number, MostBytes), atNs);
            case IiodVerb.ReadBuffer:
                return Code(NotOpen, atNs);
            case IiodVerb.Close:
                bool was = opened?.Device == device;
                opened = was ? null : opened;
                return Code(was ? 0 : NoChannel, atNs);
            case IiodVerb.GetTrigger or IiodVerb.Set:
                return Code(0, atNs);
            default:
                return Code(NotMade, atNs);
        }
    }

    /// <summary>Whole samples as many as fit into the bytes asked for, once the last of them has been taken.</summary>
    private long Samples(int device, uint mask, long sample, long bytes, long atNs)
    {
        int voltages = System.Numerics.BitOperations.PopCount(mask & ((1 << TimestampBit) - 1));
        bool stamped = (mask >> TimestampBit) != 0;
        int stampAt = (2 * voltages + 7) / 8 * 8;
        int size = stamped ? stampAt + 8 : 2 * voltages;
        long count = bytes / size;
        if (count == 0)
        {
            return Code(0, atNs);
        }

        byte[] data = new byte[count * size];
        for (int n = 0; n < count; n++)
        {
            long takenNs = (sample + n) * Nanoseconds.PerSecond / SimulatedIiod.SamplesPerSecond;
            Span<byte> place = data.AsSpan(n * size, size);
            if (voltages > 0)
            {
                BinaryPrimitives.WriteInt16LittleEndian(place, board.Count(device, System.Numerics.BitOperations.TrailingZeroCount(mask), takenNs));
            }

            if (stamped)
            {
                BinaryPrimitives.WriteInt64LittleEndian(place[stampAt..], board.UtcAtStartNs + takenNs);
            }
        }

        opened = (device, mask, sample + count);
        IiodCodec.WriteCode(data.Length, answer);
        answer.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{mask:x8}\n")));
        answer.Write(data);
        return Math.Max(atNs, (sample + count - 1) * Nanoseconds.PerSecond / SimulatedIiod.SamplesPerSecond);
    }

    private long Code(int code, long atNs)
    {
        IiodCodec.WriteCode(code, answer);
        return atNs;
    }
}
