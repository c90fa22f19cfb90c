using System.Buffers;
using System.Text;
using Vascular.Devices.PulseSensor;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.PulseSensor;

public class PulseSensorCodecTests : CodecContract<PulseSensorFrame>
{
    /// <summary>Constructed on the protocol page.</summary>
    protected override byte[] Golden => "S512\r\nS731\r\nB72\r\nQ833\r\n72,833,512\r\n"u8.ToArray();

    protected override int GoldenFrames => 5;

    protected override int LongestLook => PulseSensorCodec.LongestLook;

    protected override byte[] Noise => "?x12\r"u8.ToArray();

    protected override void Skip(ref ReadOnlySequence<byte> wire) => PulseSensorCodec.SkipSeparators(ref wire);

    protected override Read NewReader() => static (ref ReadOnlySequence<byte> wire, out PulseSensorFrame frame, out WireFault fault) =>
        PulseSensorCodec.TryRead(ref wire, several: false, out frame, out fault);

    [Fact]
    public void The_golden_lines_hold_what_the_page_says() => Assert.Equal(
        [
            new(PulseSensorLine.Sample, 0, 512), new(PulseSensorLine.Sample, 0, 731), new(PulseSensorLine.Rate, PulsePerMin: 72),
            new(PulseSensorLine.Interval, IntervalMs: 833), new(PulseSensorLine.Plotter, 0, 512, 72, 833),
        ],
        All("S512\nS731\nB72\nQ833\n72,833,512\n", several: false));

    [Fact]
    public void Letters_mean_sensors_where_there_are_several() => Assert.Equal(
        [
            new(PulseSensorLine.Sample, 0, 512), new(PulseSensorLine.Sample, 1, 498), new(PulseSensorLine.Rate, 0, PulsePerMin: 72),
            new(PulseSensorLine.Interval, 0, IntervalMs: 833), new(PulseSensorLine.Rate, 1, PulsePerMin: 71), new(PulseSensorLine.Interval, 4, IntervalMs: 5),
        ],
        All("a512\nb498\nA72\nM833\nB71\nQ5\n", several: true));

    [Fact]
    public void A_plotter_of_several_sensors_has_a_sample_of_each()
    {
        PulseSensorFrame frame = Assert.Single(All("512,498,4095\n", several: true));
        Assert.Equal((3, 512, 498, 4095), (frame.Count, frame.SampleOf(0), frame.SampleOf(1), frame.SampleOf(2)));
    }

    [Theory]
    [InlineData("S4096", WireFault.Range)]
    [InlineData("1,2,9999", WireFault.Range)]
    [InlineData("S", WireFault.Noise)]
    [InlineData("S-5", WireFault.Noise)]
    [InlineData("1,2", WireFault.Noise)]
    [InlineData("1,,3", WireFault.Noise)]
    [InlineData("Z9", WireFault.Noise)]
    public void What_is_no_line_is_refused(string line, WireFault fault) => Assert.Equal(fault, Assert.Single(Tell(Encoding.ASCII.GetBytes(line + "\r")).Faults).Fault);

    private static List<PulseSensorFrame> All(string text, bool several)
    {
        List<PulseSensorFrame> frames = [];
        ReadOnlySequence<byte> wire = new(Encoding.ASCII.GetBytes(text));
        while (PulseSensorCodec.TryRead(ref wire, several, out PulseSensorFrame frame, out _) == OperationStatus.Done)
        {
            frames.Add(frame);
        }

        return frames;
    }
}

public class PulseSensorMonitorTests
{
    private readonly List<Reading> _readings = [];

    [Fact]
    public void The_first_line_may_have_lost_its_beginning_and_is_not_believed()
    {
        Read(new PulseSensorOptions(), "12\r\nS512\r\nS513\r\nB0\r\n");      // S512 may be S5 12: the line before it ended, so it is whole
        Assert.Equal([512.0, 513], _readings.Where(r => r.Kind == ReadingKind.PlethSample).Select(r => r.Value));
        Assert.False(_readings.Single(r => r.Kind == ReadingKind.PulseRate).HasValue);
        _readings.Clear();
        Read(new PulseSensorOptions(), "S12\r\nS512\r\n");
        Assert.Equal([ReadingKind.Refused, ReadingKind.PlethSample], _readings.Select(r => r.Kind));
        Assert.Equal(WireFault.Truncated, _readings[0].Fault);
    }

    [Fact]
    public void Amplitude_is_arbitrary_and_says_so()
    {
        Read(new PulseSensorOptions(), "S1\r\nS512\r\nS2000\r\n");
        Reading sample = Assert.Single(_readings, r => r.Kind == ReadingKind.PlethSample);
        Assert.Equal((WaveformScaling.UnknownGain, false, 1023), (sample.Waveform!.Scaling, sample.Waveform.IsGradable, sample.Waveform.HighestCount));
        Assert.Equal(WireFault.Range, _readings[^1].Fault);     // 2000 does not fit a board of 10 bits
    }

    [Fact]
    public void Sensors_keep_their_numbers()
    {
        Read(new PulseSensorOptions { Several = true, Bits = 12 }, "a1\r\na512\r\nb498\r\nB71\r\n1,2,3\r\n");
        Assert.Equal([(0, 512.0), (1, 498), (0, 1), (1, 2), (2, 3)], _readings.Where(r => r.Kind == ReadingKind.PlethSample).Select(r => (r.Detail, r.Value)));
        Assert.Equal((1, 71.0), _readings.Where(r => r.Kind == ReadingKind.PulseRate).Select(r => (r.Detail, r.Value)).Single());
    }

    [Fact]
    public void A_plotter_gives_its_rate_once_a_second()
    {
        Read(new PulseSensorOptions(), "S1\r\n" + string.Concat(Enumerable.Repeat("72,833,512\r\n", 101)));
        Assert.Equal(101, _readings.Count(r => r.Kind == ReadingKind.PlethSample));
        Assert.Equal(3, _readings.Count(r => r.Kind == ReadingKind.PulseRate));
    }

    private void Read(PulseSensorOptions options, string text) =>
        new PulseSensorMonitor(options).Next(new Record(RecordKind.Bytes, 0, Encoding.ASCII.GetBytes(text)), _readings);
}
