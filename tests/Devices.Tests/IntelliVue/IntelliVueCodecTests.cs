using System.Buffers;
using Vascular.Devices.IntelliVue;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.IntelliVue;

public class IntelliVueSerialTests : CodecContract<IntelliVueSerialTests.Told>
{
    private readonly byte[] _message = new byte[IntelliVueFraming.LongestMessage];
    private readonly List<IntelliVueNumeric> _numerics = new(8);

    protected override byte[] Golden => [.. IntelliVueGolden.SerialPoll, .. Framed(IntelliVueGolden.Result), .. Framed(IntelliVueGolden.Invalid), .. Framed(IntelliVueGolden.Calibrating)];

    protected override int GoldenFrames => 4;

    protected override int LongestLook => IntelliVueFraming.LongestLook;

    protected override byte[] Noise => [0x11, 0x01, 0xC1, 0x7D, 0xE1];

    protected override Read NewReader() => (ref ReadOnlySequence<byte> wire, out Told told, out WireFault fault) =>
    {
        told = default;
        OperationStatus status = IntelliVueFraming.TryRead(ref wire, IntelliVueLine.Serial, _message, out int length, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        _numerics.Clear();
        fault = IntelliVueCodec.Parse(_message.AsSpan(0, length), _numerics, out IntelliVueMessage message);
        told = new Told(message, _numerics.Count, _numerics.Count > 0 ? _numerics[0] : default);
        return fault == WireFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
    };

    [Fact]
    public void A_poll_is_framed_as_on_the_page() => Assert.Equal(IntelliVueGolden.SerialPoll, Framed(IntelliVueGolden.Poll));

    [Fact]
    public void Bytes_that_mean_something_are_escaped_and_come_back()
    {
        byte[] message = [0x19, 0x05, 0xC0, 0xC1, 0x7D, 0x5D, 0x20];
        byte[] framed = Framed(message);
        Assert.Equal(2, framed.Count(b => b is 0xC0 or 0xC1));
        ReadOnlySequence<byte> wire = new(framed);
        Assert.Equal(OperationStatus.Done, IntelliVueFraming.TryRead(ref wire, IntelliVueLine.Serial, _message, out int length, out _));
        Assert.Equal(message, _message[..length]);
    }

    [Fact]
    public void A_frame_that_begins_inside_another_costs_only_the_first()
    {
        Story story = Tell([.. IntelliVueGolden.SerialPoll[..20], .. IntelliVueGolden.SerialPoll]);
        Assert.Single(story.Frames);
        Assert.Equal((WireFault.Truncated, 0L, 20L), Assert.Single(story.Faults));
    }

    [Fact]
    public void A_changed_bit_is_a_checksum()
    {
        byte[] damaged = IntelliVueGolden.SerialPoll;
        damaged[12] ^= 0x04;
        Assert.Equal(WireFault.Checksum, Assert.Single(Tell(damaged).Faults).Fault);
    }

    private static byte[] Framed(byte[] message)
    {
        ArrayBufferWriter<byte> wire = new();
        IntelliVueFraming.Write(message, IntelliVueLine.Serial, wire);
        return wire.WrittenSpan.ToArray();
    }

    public readonly record struct Told(IntelliVueMessage Message, int Count, IntelliVueNumeric First);
}

public class IntelliVueCodecTests
{
    private readonly List<IntelliVueNumeric> _numerics = [];

    [Fact]
    public void The_golden_result_holds_an_oxygen_tension_and_a_temperature()
    {
        Assert.Equal(WireFault.None, IntelliVueCodec.Parse(IntelliVueGolden.Result, _numerics, out IntelliVueMessage message));
        Assert.Equal(new IntelliVueMessage(IntelliVueKind.PollResult, IntelliVueLinked.Whole, 1, 1, 0x00075300, new DateTime(2024, 3, 5, 14, 7, 9)), message);
        Assert.Equal(
            [new(0x0101, IntelliVueCodes.TcpO2, IntelliVueStates.None, IntelliVueCodes.MmHg, 42.0m), new(0x0102, IntelliVueCodes.SensorTemperature, IntelliVueStates.None, IntelliVueCodes.Celsius, 44.1m)],
            _numerics);
    }

    [Fact]
    public void An_invalid_value_and_one_of_a_calibration_are_no_values_of_the_patient()
    {
        IntelliVueCodec.Parse(IntelliVueGolden.Invalid, _numerics, out _);
        IntelliVueCodec.Parse(IntelliVueGolden.Calibrating, _numerics, out IntelliVueMessage linked);
        Assert.Equal((IntelliVueLinked.First, IntelliVueKind.PollResult), (linked.Linked, linked.Kind));
        Assert.Equal([(null, null), (38.5m, null)], _numerics.Select(n => (n.Value, n.Usable)));
        Assert.Equal([IntelliVueStates.Invalid, IntelliVueStates.Calibrating], _numerics.Select(n => n.State));
    }

    [Theory]
    [InlineData(0xFF0001A4u, 42.0)]
    [InlineData(0x0000002Au, 42.0)]
    [InlineData(0xFEFFFFFFu, -0.01)]
    [InlineData(0x02000005u, 500.0)]
    [InlineData(0x007FFFFFu, null)]
    [InlineData(0x007FFFFEu, null)]
    [InlineData(0x00800000u, null)]
    public void A_float_is_a_mantissa_and_a_power_of_ten(uint bits, double? value) => Assert.Equal((decimal?)value, IntelliVueCodec.Float(bits));

    [Fact]
    public void Units_are_brought_to_the_ones_of_the_field()
    {
        Assert.Equal(5.6m * 7.50062m, new IntelliVueNumeric(1, IntelliVueCodes.TcpO2, 0, IntelliVueCodes.KPa, 5.6m).Usable);
        Assert.Equal(450m, new IntelliVueNumeric(1, IntelliVueCodes.HeatingPower, 0, IntelliVueCodes.Watt, 0.45m).Usable);
        Assert.Null(new IntelliVueNumeric(1, IntelliVueCodes.TcpO2, 0, 0x1234, 5.6m).Usable);
    }

    [Fact]
    public void What_we_send_is_what_public_programs_send()
    {
        byte[] poll = new byte[IntelliVueCodec.PollBytes];
        IntelliVueCodec.WritePoll(0, 1, poll);
        Assert.Equal(IntelliVueGolden.Poll, poll);
        Assert.Equal(WireFault.None, IntelliVueCodec.Parse(IntelliVueGolden.CreateEvent, _numerics, out IntelliVueMessage created));
        byte[] result = new byte[IntelliVueCodec.CreateResultBytes];
        IntelliVueCodec.WriteCreateResult(created, result);
        Assert.Equal(IntelliVueGolden.CreateResult, result);
        Assert.Equal((238, 0x0D, 0xEC), (IntelliVueCodec.AssociationRequest.Length, IntelliVueCodec.AssociationRequest[0], IntelliVueCodec.AssociationRequest[1]));
        Assert.Equal("80000000400000000000000080000000200000000000000000", Convert.ToHexString(IntelliVueCodec.AssociationRequest[(238 - 16 - 72)..])[..50]);
    }

    [Theory]
    [InlineData("09 18 C1", WireFault.Range)]
    [InlineData("E1 00 00 02 00 02 00 66 00 01", WireFault.Range)]
    [InlineData("42 00", WireFault.Noise)]
    [InlineData("", WireFault.Noise)]
    public void What_is_no_message_is_refused(string hex, WireFault fault) => Assert.Equal(fault, IntelliVueCodec.Parse(Wire.Hex(hex), _numerics, out _));

    [Fact]
    public void Accept_and_release_are_told_apart()
    {
        Assert.Equal(
            [IntelliVueKind.AssociationAccept, IntelliVueKind.ReleaseRequest, IntelliVueKind.ReleaseResponse, IntelliVueKind.AssociationRequest],
            new[] { IntelliVueGolden.Accept, IntelliVueCodec.ReleaseRequest.ToArray(), IntelliVueCodec.ReleaseResponse.ToArray(), IntelliVueCodec.AssociationRequest.ToArray() }
                .Select(m => IntelliVueCodec.Parse(m, _numerics, out IntelliVueMessage message) == WireFault.None ? message.Kind : IntelliVueKind.Other));
    }

    [Fact]
    public void Cut_or_changed_anywhere_a_message_never_throws()
    {
        Random random = new(3);
        foreach (byte[] golden in new[] { IntelliVueGolden.Result, IntelliVueGolden.Calibrating, IntelliVueGolden.CreateEvent, IntelliVueGolden.Accept })
        {
            for (int length = 0; length < golden.Length; length++)
            {
                Assert.NotEqual(WireFault.None, IntelliVueCodec.Parse(golden.AsSpan(0, length), _numerics, out _));
            }

            for (int i = 0; i < 20_000; i++)
            {
                byte[] damaged = [.. golden];
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                _numerics.Clear();
                IntelliVueCodec.Parse(damaged, _numerics, out _);
                Assert.True(_numerics.Count < 50);
            }
        }
    }

    [Fact]
    public void Datagrams_follow_their_length_at_every_split()
    {
        byte[] stream = [0, 36, .. IntelliVueGolden.Poll, 0, 110, .. IntelliVueGolden.Result];
        byte[] message = new byte[IntelliVueFraming.LongestMessage];
        for (int at = 0; at <= stream.Length; at++)
        {
            List<int> lengths = [];
            ReadOnlySequence<byte> wire = Wire.Segments(stream[..at], [], stream[at..]);
            while (IntelliVueFraming.TryRead(ref wire, IntelliVueLine.Datagram, message, out int length, out _) == OperationStatus.Done)
            {
                lengths.Add(length);
            }

            Assert.Equal([36, 110], lengths);
            Assert.True(wire.IsEmpty);
        }

        ReadOnlySequence<byte> tooLong = new([0xFF, 0xFF, 0x00]);
        Assert.Equal(OperationStatus.InvalidData, IntelliVueFraming.TryRead(ref tooLong, IntelliVueLine.Datagram, message, out _, out WireFault fault));
        Assert.Equal(WireFault.Range, fault);
    }
}

public class IntelliVueMonitorTests
{
    private const long S = 1_000_000_000;

    private readonly IntelliVueMonitor _monitor = new(new IntelliVueOptions { Line = IntelliVueLine.Datagram });
    private readonly List<Reading> _readings = [];

    [Fact]
    public void An_association_leads_to_polls_and_polls_to_readings()
    {
        Step open = Next(RecordKind.Open, 0);
        Assert.Equal(IntelliVueCodec.AssociationRequest.ToArray(), open.Send.ToArray()[2..]);
        Read(S / 10, IntelliVueGolden.Accept);
        Assert.Equal(IntelliVueGolden.CreateResult, Read(S / 5, IntelliVueGolden.CreateEvent).Send.ToArray()[2..]);
        byte[] poll = Next(RecordKind.Wake, 2 * S).Send.ToArray()[2..];
        Assert.Equal((36, 1, 1), (poll.Length, poll[9], poll[29]));
        Read(2 * S + 1, IntelliVueGolden.Result);
        Reading oxygen = Assert.Single(_readings, r => r.Kind == ReadingKind.TranscutaneousOxygen);
        Assert.Equal((42.0, 0x0101, QualityMarks.None, new DateTime(2024, 3, 5, 14, 7, 9)), (oxygen.Value, oxygen.Detail, oxygen.Marks, oxygen.DeviceTime));
        Assert.Equal(44.1, Assert.Single(_readings, r => r.Kind == ReadingKind.ElectrodeTemperature).Value);

        Read(3 * S, IntelliVueGolden.Calibrating);
        Assert.Equal(QualityMarks.Missing | QualityMarks.Calibrating, _readings[^1].Marks);
    }

    [Fact]
    public void A_refusal_is_shown_and_asked_again_after_a_pause()
    {
        Next(RecordKind.Open, 0);
        Assert.Equal(S + 5 * S, Read(S, [0x0C, 0x00]).WakeAtNs ?? 6 * S);
        Assert.Equal((int)IntelliVueKind.AssociationRefuse, Assert.Single(_readings).Detail);
        Assert.True(Next(RecordKind.Tick, 5 * S).Send.IsEmpty);
        Assert.Equal(0x0D, Next(RecordKind.Wake, 6 * S).Send.Span[2]);
        Assert.DoesNotContain(_readings, r => r.Kind == ReadingKind.NoReply);
    }

    [Fact]
    public void Silence_after_the_request_and_after_polls_is_told_and_associated_anew()
    {
        Next(RecordKind.Open, 0);
        Assert.Equal(0x0D, Next(RecordKind.Wake, 5 * S).Send.Span[2]);
        Read(6 * S, IntelliVueGolden.Accept);
        for (int i = 7; i < 11; i++)
        {
            Assert.Equal(0xE1, Next(RecordKind.Wake, i * S).Send.Span[2]);
        }

        Assert.Equal(0x0D, Next(RecordKind.Wake, 11 * S).Send.Span[2]);
        Assert.Equal([(int)IntelliVueKind.AssociationRequest, (int)IntelliVueKind.PollRequest], _readings.Where(r => r.Kind == ReadingKind.NoReply).Select(r => r.Detail));
    }

    [Fact]
    public void A_release_is_agreed_to_and_an_abort_ends_the_polls()
    {
        Next(RecordKind.Open, 0);
        Read(1, IntelliVueGolden.Accept);
        Assert.Equal(IntelliVueCodec.ReleaseResponse.ToArray(), Read(2, IntelliVueCodec.ReleaseRequest.ToArray()).Send.ToArray()[2..]);
        Assert.False(_monitor.IsAssociated);
        Read(3, IntelliVueGolden.Accept);
        Read(4, [0x19, 0x00]);
        Assert.False(_monitor.IsAssociated);
        Assert.True(Next(RecordKind.Wake, 2 * S).Send.IsEmpty);
    }

    private Step Read(long at, byte[] message) =>
        _monitor.Next(new Record(RecordKind.Bytes, at, (byte[])[(byte)(message.Length >> 8), (byte)message.Length, .. message]), _readings);

    private Step Next(RecordKind kind, long at) => _monitor.Next(new Record(kind, at), _readings);
}
