using System.Buffers.Binary;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.IntelliVue;

/// <summary>Messages of the IntelliVue Data Export interface: association, MDS create event, poll of numerics. Knows bytes, never a socket.</summary>
/// <remarks>Sources: two public programs that agree wherever both cover a point; the manufacturer's guide was not readable here. Big-endian
/// throughout. Confidence of each field: docs/devices/intellivue.md.</remarks>
public static class IntelliVueCodec
{
    /// <summary>The monitor's UDP port.</summary>
    public const int Port = 24105;

    private const ushort NumericObservation = 0x0950;
    private const ushort CompoundObservation = 0x094B;
    private const ushort PollProfileNumerics = 0x0006;
    private const ushort SinglePoll = 0x0C16;
    private const ushort ExtendedPoll = 0xF13B;
    private const ushort CreateEventType = 0x0D06;
    private const int ValueBytes = 10;
    private const int LargestExponent = 10;
    private const int LargestMantissa = 0x7FFFFD;       // beyond it stand "not a number", infinities and reserved codes

    private static readonly byte[] AssociationRequestBytes = Convert.FromHexString(
        "0DEC0508130100160102800014020002C1DC3180A0808001010000A280A00300" +
        "0001A4803080020101060452010001308006025101000000003080020102060C" +
        "2A8648CE14020100000001013080060C2A8648CE140201000000020100000000" +
        "000061803080020101A0806080A180060C2A8648CE14020100000003010000BE" +
        "802880060C2A8648CE1402010000000101020102814880000000400000000000" +
        "00008000000020000000000000000001002C0001002880000000000009C40000" +
        "09C4000003E8FFFFFFFF600000000001000CF00100088C000000000000000000" +
        "0000000000000000000000000000");

    /// <summary>Asks for an association: numerics every second, warm start.</summary>
    public static ReadOnlySpan<byte> AssociationRequest => AssociationRequestBytes;

    /// <summary>Ends an association.</summary>
    public static ReadOnlySpan<byte> ReleaseRequest =>
        [0x09, 0x18, 0xC1, 0x16, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xA0, 0x80, 0x62, 0x80, 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Agrees to the end of an association.</summary>
    public static ReadOnlySpan<byte> ReleaseResponse =>
        [0x0A, 0x18, 0xC1, 0x16, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xA0, 0x80, 0x63, 0x80, 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>A single poll of all numerics, 36 bytes.</summary>
    public static void WritePoll(ushort invokeId, ushort pollNumber, Span<byte> message)
    {
        ReadOnlySpan<byte> form =
        [
            0xE1, 0, 0, 2, 0, 1, 0, 0x1C, 0, 0, 0, 7, 0, 0x16, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0x0C, 0x16, 0, 8, 0, 1, 0, 1, 0, 6, 0, 0,
        ];
        form.CopyTo(message);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], invokeId);
        BinaryPrimitives.WriteUInt16BigEndian(message[28..], pollNumber);
    }

    /// <summary>Bytes of a poll.</summary>
    public const int PollBytes = 36;

    /// <summary>Bytes of a create result.</summary>
    public const int CreateResultBytes = 28;

    /// <summary>Answers the MDS create event with its own invoke id and time.</summary>
    public static void WriteCreateResult(in IntelliVueMessage createEvent, Span<byte> message)
    {
        ReadOnlySpan<byte> form = [0xE1, 0, 0, 2, 0, 2, 0, 0x14, 0, 1, 0, 1, 0, 0x0E, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0x0D, 0x06, 0, 0];
        form.CopyTo(message);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], createEvent.InvokeId);
        BinaryPrimitives.WriteUInt32BigEndian(message[20..], createEvent.RelativeTime);
    }

    /// <summary>Reads one message.</summary>
    /// <param name="numerics">What a poll result observed is added here; attributes other than numerics are passed over by their length.</param>
    /// <returns>None; Range when a length inside does not fit; Noise for a message of no known kind.</returns>
    public static WireFault Parse(ReadOnlySpan<byte> bytes, IList<IntelliVueNumeric> numerics, out IntelliVueMessage message)
    {
        ArgumentNullException.ThrowIfNull(numerics);
        message = default;
        if (bytes.IsEmpty)
        {
            return WireFault.Noise;
        }

        if (bytes[0] == 0xE1)
        {
            return ParseData(bytes, numerics, out message);
        }

        IntelliVueKind kind = bytes[0] switch
        {
            0x0D => IntelliVueKind.AssociationRequest,
            0x0E => IntelliVueKind.AssociationAccept,
            0x0C => IntelliVueKind.AssociationRefuse,
            0x09 => IntelliVueKind.ReleaseRequest,
            0x0A => IntelliVueKind.ReleaseResponse,
            0x19 => IntelliVueKind.Abort,
            _ => IntelliVueKind.Other,
        };
        message = new IntelliVueMessage(kind);
        return kind == IntelliVueKind.Other ? WireFault.Noise : !SessionFits(bytes) ? WireFault.Range : WireFault.None;
    }

    /// <summary>Length of a session message: one byte, or FF and two.</summary>
    private static bool SessionFits(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 2 && (bytes[1] == 0xFF ? bytes.Length >= 4 && bytes.Length >= 4 + BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) : bytes.Length >= 2 + bytes[1]);

    private static WireFault ParseData(ReadOnlySpan<byte> bytes, IList<IntelliVueNumeric> numerics, out IntelliVueMessage message)
    {
        message = default;
        Walk walk = new(bytes);
        walk.Skip(4);
        ushort operation = walk.Two();
        ushort length = walk.Two();
        if (walk.Failed || bytes.Length < 8 + length)
        {
            return WireFault.Range;
        }

        IntelliVueLinked linked = IntelliVueLinked.Whole;
        if (operation == 5)
        {
            linked = (IntelliVueLinked)Math.Clamp((int)walk.One(), 1, 3);
            walk.Skip(1);
        }

        ushort invoke = walk.Two();
        if (operation == 3)
        {
            message = new IntelliVueMessage(IntelliVueKind.Error, linked, invoke);
            return walk.Failed ? WireFault.Range : WireFault.None;
        }

        ushort command = walk.Two();
        walk.Skip(2);
        message = new IntelliVueMessage(IntelliVueKind.Other, linked, invoke);
        WireFault fault = (operation, command) switch
        {
            (1, 1) => ParseEvent(ref walk, IntelliVueKind.CreateEvent, ref message),
            (2, 1) => ParseEvent(ref walk, IntelliVueKind.CreateResult, ref message),
            (1, 7) => ParsePollRequest(ref walk, ref message),
            (2 or 5, 7) => ParsePollResult(ref walk, numerics, ref message),
            _ => WireFault.None,
        };
        return walk.Failed ? WireFault.Range : fault;
    }

    private static WireFault ParseEvent(ref Walk walk, IntelliVueKind kind, ref IntelliVueMessage message)
    {
        walk.Skip(6);
        uint time = walk.Four();
        message = walk.Two() == CreateEventType ? message with { Kind = kind, RelativeTime = time } : message;
        return WireFault.None;
    }

    private static WireFault ParsePollRequest(ref Walk walk, ref IntelliVueMessage message)
    {
        walk.Skip(10);
        if (walk.Two() is SinglePoll or ExtendedPoll)
        {
            walk.Skip(2);
            message = message with { Kind = IntelliVueKind.PollRequest, PollNumber = walk.Two() };
        }

        return WireFault.None;
    }

    private static WireFault ParsePollResult(ref Walk walk, IList<IntelliVueNumeric> numerics, ref IntelliVueMessage message)
    {
        walk.Skip(6);
        ushort action = walk.Two();
        walk.Skip(2);
        if (action is not (SinglePoll or ExtendedPoll))
        {
            return WireFault.None;
        }

        ushort poll = walk.Two();
        walk.Skip(action == ExtendedPoll ? 2 : 0);
        uint relative = walk.Four();
        bool timed = walk.Time(out DateTime? at);
        walk.Skip(2);
        bool isNumerics = walk.Two() == PollProfileNumerics;
        walk.Skip(2);
        message = message with { Kind = IntelliVueKind.PollResult, PollNumber = poll, RelativeTime = relative, DeviceTime = at };
        if (!timed)
        {
            return WireFault.Range;
        }

        int contexts = walk.Two();
        walk.Skip(2);
        for (int c = 0; isNumerics && c < contexts && !walk.Failed; c++)
        {
            walk.Skip(2);
            int observations = walk.Two();
            walk.Skip(2);
            for (int o = 0; o < observations && !walk.Failed; o++)
            {
                ReadObservation(ref walk, numerics);
            }
        }

        return WireFault.None;
    }

    private static void ReadObservation(ref Walk walk, IList<IntelliVueNumeric> numerics)
    {
        ushort handle = walk.Two();
        int attributes = walk.Two();
        walk.Skip(2);
        for (int a = 0; a < attributes && !walk.Failed; a++)
        {
            ushort id = walk.Two();
            Walk value = walk.Part(walk.Two());
            if (id == NumericObservation)
            {
                numerics.Add(ReadNumeric(handle, ref value));
            }
            else if (id == CompoundObservation)
            {
                int count = value.Two();
                value.Skip(2);
                for (int v = 0; v < count && value.Left >= ValueBytes; v++)
                {
                    numerics.Add(ReadNumeric(handle, ref value));
                }
            }

            walk.Join(value, id is NumericObservation or CompoundObservation);
        }
    }

    private static IntelliVueNumeric ReadNumeric(ushort handle, ref Walk value)
    {
        ushort physiological = value.Two();
        ushort state = value.Two();
        ushort unit = value.Two();
        uint bits = value.Four();
        return new IntelliVueNumeric(handle, physiological, (IntelliVueStates)state, unit, Float(bits));
    }

    /// <summary>Signed exponent of ten in the first byte, signed mantissa in the other three.</summary>
    internal static decimal? Float(uint bits)
    {
        int exponent = (sbyte)(bits >> 24);
        int mantissa = (int)(bits << 8) >> 8;
        if (Math.Abs(mantissa) > LargestMantissa || Math.Abs(exponent) > LargestExponent)
        {
            return null;
        }

        decimal value = mantissa;
        for (int i = 0; i < Math.Abs(exponent); i++)
        {
            value = exponent < 0 ? value / 10 : value * 10;
        }

        return value;
    }

    /// <summary>A way through a message that remembers when it ran out of bytes.</summary>
    private ref struct Walk(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public bool Failed { get; private set; }

        public readonly int Left => _rest.Length;

        public void Skip(int count) => Take(count);

        public byte One() => Take(1) is { Length: 1 } one ? one[0] : (byte)0;

        public ushort Two() => Take(2) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16BigEndian(two) : (ushort)0;

        public uint Four() => Take(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32BigEndian(four) : 0;

        public Walk Part(int length) => new(Take(length));

        /// <summary>What a part found out, if it was read.</summary>
        public void Join(in Walk part, bool wasRead) => Failed |= wasRead && part.Failed;

        /// <summary>Century, year, month, day, hour, minute, second, fraction: two decimal digits a byte, all FF for none.</summary>
        /// <returns>False when it is no date.</returns>
        public bool Time(out DateTime? at)
        {
            at = null;
            ReadOnlySpan<byte> b = Take(8);
            if (b.Length < 8 || b.IndexOfAnyExcept((byte)0xFF) < 0)
            {
                return true;
            }

            Span<int> parts = stackalloc int[8];
            for (int i = 0; i < 8; i++)
            {
                if (b[i] >> 4 > 9 || (b[i] & 0x0F) > 9)
                {
                    return false;
                }

                parts[i] = ((b[i] >> 4) * 10) + (b[i] & 0x0F);
            }

            int year = (parts[0] * 100) + parts[1];
            if (year < 1 || parts[2] is < 1 or > 12 || parts[3] < 1 || parts[3] > DateTime.DaysInMonth(year, parts[2]) || parts[4] > 23 || parts[5] > 59 || parts[6] > 59)
            {
                return false;
            }

            at = new DateTime(year, parts[2], parts[3], parts[4], parts[5], parts[6], parts[7] * 10, DateTimeKind.Unspecified);
            return true;
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (Failed || count > _rest.Length)
            {
                Failed = true;
                return default;
            }

            ReadOnlySpan<byte> taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
