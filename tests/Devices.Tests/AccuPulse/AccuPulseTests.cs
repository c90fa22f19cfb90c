using System.Buffers;
using System.Text;
using Vascular.Devices.AccuPulse;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.AccuPulse;

public class AccuPulseCodecTests : CodecContract<AccuPulseFrame>
{
    /// <summary>Constructed on the protocol page.</summary>
    protected override byte[] Golden => "=\r320\r1500\r-5\r4051\r-429\r#\r"u8.ToArray();

    protected override int GoldenFrames => 7;

    protected override int LongestLook => AccuPulseCodec.LongestLook;

    protected override byte[] Noise => "?!\r"u8.ToArray();

    protected override void Skip(ref ReadOnlySequence<byte> wire) => AccuPulseCodec.SkipSeparators(ref wire);

    protected override Read NewReader() => AccuPulseCodec.TryRead;

    [Fact]
    public void The_golden_pressures_hold_what_the_page_says()
    {
        Assert.Equal([32.0, 150.0, -0.5, null, null], new[] { "320", "1500", "-5", "4051", "-429" }.Select(t => One(t).MmHg));
        Assert.Equal("AP_Handheld Rev.B 2_0_9 12:12:11 Oct 21 2009", One("AP_Handheld Rev.B 2_0_9 12:12:11 Oct 21 2009").Text);
    }

    [Theory]
    [InlineData("4001", WireFault.Range)]
    [InlineData("-301", WireFault.Range)]
    [InlineData("32.0", WireFault.Noise)]
    [InlineData("--5", WireFault.Noise)]
    public void What_is_no_answer_is_refused(string line, WireFault fault) => Assert.Equal(fault, Assert.Single(Tell(Encoding.ASCII.GetBytes(line + "\r")).Faults).Fault);

    private static AccuPulseFrame One(string line)
    {
        ReadOnlySequence<byte> wire = new(Encoding.ASCII.GetBytes(line + "\r"));
        Assert.Equal(OperationStatus.Done, AccuPulseCodec.TryRead(ref wire, out AccuPulseFrame frame, out _));
        return frame;
    }
}

public class AccuPulseMonitorTests
{
    private const long S = 1_000_000_000;

    private readonly AccuPulseMonitor _monitor = new(new AccuPulseOptions());
    private readonly List<Reading> _readings = [];

    [Fact]
    public void The_stream_is_asked_for_and_pressures_count_from_the_answer_on()
    {
        Assert.Equal("MAN_STR\rON\r", Sent(Next(RecordKind.Open, 0)));
        Read(1, "00\r=\r320\r4051\r-429\r");
        Assert.Equal(WireFault.Truncated, _readings[0].Fault);
        List<Reading> pressures = [.. _readings.Where(r => r.Kind == ReadingKind.CuffPressure)];
        Assert.Equal([(32.0, true, 0), (0, false, 400), (0, false, -30)], pressures.Select(r => (r.Value, r.HasValue, r.Detail)));
        Assert.Equal([QualityMarks.None, QualityMarks.Missing | QualityMarks.AboveRange, QualityMarks.Missing | QualityMarks.BelowRange], pressures.Select(r => r.Marks));
    }

    [Fact]
    public void A_declined_command_is_tried_in_brackets_once()
    {
        Next(RecordKind.Open, 0);
        Assert.Equal("<MAN_STR>\r<ON>\r", Sent(Read(1, "#\r")));
        Assert.Equal("", Sent(Read(2, "#\r")));
    }

    [Fact]
    public void No_pressure_for_two_seconds_is_told_once_and_asked_for_again()
    {
        Assert.Equal(2 * S, Next(RecordKind.Open, 0).WakeAtNs);
        Assert.Equal("MAN_STR\rON\r", Sent(Next(RecordKind.Wake, 2 * S)));
        Assert.Equal("MAN_STR\rON\r", Sent(Next(RecordKind.Wake, 4 * S)));
        Assert.Single(_readings, r => r.Kind == ReadingKind.NoReply);
    }

    private static string Sent(Step step) => Encoding.ASCII.GetString(step.Send.Span);

    private Step Read(long at, string text) => _monitor.Next(new Record(RecordKind.Bytes, at, Encoding.ASCII.GetBytes(text)), _readings);

    private Step Next(RecordKind kind, long at) => _monitor.Next(new Record(kind, at), _readings);
}
