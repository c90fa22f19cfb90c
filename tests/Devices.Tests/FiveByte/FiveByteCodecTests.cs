using System.Buffers;
using Vascular.Devices.FiveByte;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.FiveByte;

public class FiveByteCodecTests : CodecContract<FiveByteFrame>
{
    /// <summary>Constructed on the protocol page; the sources print no bytes.</summary>
    protected override byte[] Golden => Wire.Hex("C6 37 09 48 61  86 2A 47 0E 60  90 00 50 7F 7F  A0 00 50 7F 7F  82 1E 62 7F 7F");

    protected override int GoldenFrames => 5;

    protected override int LongestLook => FiveByteCodec.FrameBytes;

    protected override Read NewReader() => static (ref ReadOnlySequence<byte> wire, out FiveByteFrame frame, out WireFault fault) =>
        FiveByteCodec.TryRead(ref wire, FiveByteDialect.Berry, out frame, out fault);

    [Fact]
    public void The_golden_frames_hold_what_the_page_says() => Assert.Equal(
        [
            new FiveByteFrame(6, false, false, true, 55, 9, false, false, 72, 97),
            new FiveByteFrame(6, false, false, false, 42, 7, false, false, 142, 96),
            new FiveByteFrame(0, true, false, false, null, null, true, false, null, null),
            new FiveByteFrame(0, false, true, false, null, null, true, false, null, null),
            new FiveByteFrame(2, false, false, false, 30, 2, false, true, null, null),
        ],
        Wire.Hex("C6 37 09 48 61  86 2A 47 0E 60  90 00 50 7F 7F  A0 00 50 7F 7F  82 1E 62 7F 7F").Chunk(5).Select(five => One(five, FiveByteDialect.Berry)!.Value));

    [Fact]
    public void The_dialects_differ_in_what_is_invalid()
    {
        Assert.Equal(0, One([0x80, 0, 0, 72, 97], FiveByteDialect.Contec)!.Value.Pleth);
        Assert.Null(One([0x80, 0, 0, 72, 97], FiveByteDialect.Berry)!.Value.Pleth);
        Assert.Equal(127, One([0x80, 127, 0, 72, 97], FiveByteDialect.Contec)!.Value.Pleth);
        Assert.Null(One([0x80, 101, 0, 72, 97], FiveByteDialect.Berry));
        Assert.Null(One([0x89, 50, 0, 72, 97], FiveByteDialect.Berry));
        Assert.Null(One([0x80, 50, 0, 72, 101], FiveByteDialect.Contec));
    }

    [Fact]
    public void A_sensor_is_usable_by_the_words_of_its_dialect()
    {
        FiveByteFrame fifth = One([0xA0, 50, 0, 72, 97], FiveByteDialect.Berry)!.Value;
        Assert.False(fifth.IsSensorUsable(FiveByteDialect.Berry));      // unplugged
        Assert.True(fifth.IsSensorUsable(FiveByteDialect.Contec));      // saturation dropping
        Assert.False(One([0x90, 50, 0, 72, 97], FiveByteDialect.Contec)!.Value.IsSensorUsable(FiveByteDialect.Contec));
    }

    private static FiveByteFrame? One(byte[] bytes, FiveByteDialect dialect)
    {
        ReadOnlySequence<byte> wire = new(bytes);
        OperationStatus status = FiveByteCodec.TryRead(ref wire, dialect, out FiveByteFrame frame, out WireFault fault);
        Assert.Equal(status == OperationStatus.Done ? WireFault.None : WireFault.Range, fault);
        return status == OperationStatus.Done ? frame : null;
    }
}

public class FiveByteMonitorTests
{
    [Theory]
    [InlineData(FiveByteDialect.Berry, 100, QualityMarks.SensorAlarm | QualityMarks.SensorDisconnected)]
    [InlineData(FiveByteDialect.Contec, 60, QualityMarks.None)]
    public void Samples_run_at_the_rate_of_the_dialect_and_flags_have_its_meaning(FiveByteDialect dialect, int perSecond, QualityMarks fifthBit)
    {
        FiveByteMonitor monitor = new(new FiveByteOptions { Dialect = dialect });
        List<Reading> readings = [];
        byte[] second = [.. Enumerable.Repeat(Wire.Hex("A6 37 09 48 61"), perSecond + 1).SelectMany(b => b)];
        monitor.Next(new Record(RecordKind.Bytes, 2_000_000_000, second), readings);

        List<Reading> samples = [.. readings.Where(r => r.Kind == ReadingKind.PlethSample)];
        Assert.Equal(perSecond + 1, samples.Count);
        Assert.InRange(samples[^1].AtNs - samples[0].AtNs, 999_999_900, 1_000_000_100);
        Assert.All(samples, s => Assert.Equal((fifthBit, 55.0, perSecond, false), (s.Marks, s.Value, (int)s.Waveform!.RateHz, s.Waveform.IsGradable)));
        Assert.Equal([72.0, 72], readings.Where(r => r.Kind == ReadingKind.PulseRate).Select(r => r.Value));
    }

    [Fact]
    public void An_invalid_sample_is_counted_and_has_no_value()
    {
        FiveByteMonitor monitor = new(new FiveByteOptions());
        List<Reading> readings = [];
        monitor.Next(new Record(RecordKind.Bytes, 0, Wire.Hex("90 00 50 7F 7F  C6 37 09 48 61")), readings);
        Assert.Equal([false, true], readings.Where(r => r.Kind == ReadingKind.PlethSample).Select(r => r.HasValue));
        Assert.Equal([0L, 1], readings.Where(r => r.Kind == ReadingKind.PlethSample).Select(r => r.Index));
    }
}
