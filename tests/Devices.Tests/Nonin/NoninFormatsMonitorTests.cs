using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Nonin;

public class NoninFormatsMonitorTests
{
    private const long Ms = 1_000_000;

    private readonly List<Reading> _readings = [];
    private long _at;

    [Fact]
    public void Format_2_gives_samples_that_say_they_are_compressed()
    {
        NoninMonitor monitor = new(new NoninOptions { Format = NoninFormat.Format2 });
        Read(monitor, NoninGolden.Format2Packet);

        List<Reading> samples = Of(ReadingKind.PlethSample);
        Assert.Equal(25, samples.Count);
        Assert.Equal([128.0, 134, 140], samples.Take(3).Select(s => s.Value));
        Assert.All(samples, s => Assert.Equal((8, WaveformScaling.Compressed, false), (s.Waveform!.Bits, s.Waveform.Scaling, s.Waveform.IsGradable)));
        Assert.Equal((72.0, 97.0), (Assert.Single(Of(ReadingKind.PulseRate)).Value, Assert.Single(Of(ReadingKind.OxygenSaturation)).Value));
    }

    [Fact]
    public void Format_7_gives_samples_that_may_be_graded()
    {
        Read(new NoninMonitor(new NoninOptions()), NoninGolden.Packet);
        Assert.All(Of(ReadingKind.PlethSample), s => Assert.True(s.Waveform is { Bits: 16, RateHz: 75, IsGradable: true }));
    }

    [Theory]
    [InlineData(NoninFormat.Format8, "81 0E 5D 20", 142.0, 93.0, QualityMarks.None)]
    [InlineData(NoninFormat.Format1, "91 0E 5D", 142.0, 93.0, QualityMarks.LowPerfusion)]
    public void A_second_is_a_rate_and_a_saturation_with_its_marks(NoninFormat format, string hex, double rate, double saturation, QualityMarks marks)
    {
        Read(new NoninMonitor(new NoninOptions { Format = format }), Wire.Hex(hex));
        Assert.Equal([(ReadingKind.PulseRate, rate, marks), (ReadingKind.OxygenSaturation, saturation, marks)], _readings.Select(r => (r.Kind, r.Value, r.Marks)));
    }

    [Fact]
    public void A_second_without_values_says_so()
    {
        Read(new NoninMonitor(new NoninOptions { Format = NoninFormat.Format8 }), Wire.Hex("A3 7F 7F 09"));
        Assert.All(_readings, r => Assert.Equal(
            QualityMarks.Missing | QualityMarks.OutOfTrack | QualityMarks.SensorAlarm | QualityMarks.LowBattery, r.Marks));
    }

    [Fact]
    public void A_spot_check_out_of_memory_is_not_of_now()
    {
        byte[] check = Wire.Hex("00 02 00 0D 00 0E 20 24 03 05 14 07 09 00 02 10 00 48 00 61 2B 03");
        Read(new NoninMonitor(new NoninOptions { Format = NoninFormat.Format13 }), check);
        Assert.Equal([72.0, 97], _readings.Select(r => r.Value));
        Assert.All(_readings, r => Assert.Equal((QualityMarks.FromMemory, new DateTime(2024, 3, 5, 14, 7, 9)), (r.Marks, r.DeviceTime)));
    }

    [Fact]
    public void Without_fall_back_another_format_is_refused_and_stays_so()
    {
        NoninMonitor monitor = new(new NoninOptions());
        for (int i = 0; i < 20; i++)
        {
            Read(monitor, NoninGolden.Format2Packet);
            _at += 333 * Ms;
        }

        Assert.Equal(NoninFormat.Format7, monitor.Format);
        Assert.All(_readings, r => Assert.Equal(ReadingKind.Refused, r.Kind));
    }

    [Fact]
    public void Fall_back_finds_format_2_and_then_stays()
    {
        NoninMonitor monitor = new(new NoninOptions { FallBack = true });
        for (int i = 0; i < 12; i++)
        {
            Read(monitor, NoninGolden.Format2Packet);
            _at += 333 * Ms;
        }

        Assert.Equal(2, Assert.Single(Of(ReadingKind.FormatTried)).Detail);
        Assert.Empty(Of(ReadingKind.DeviceStatus));
        Assert.False(Of(ReadingKind.FormatTried)[0].IsOfWholeFrame);
        Assert.NotEmpty(Of(ReadingKind.PlethSample));
        Assert.All(Of(ReadingKind.PlethSample), s => Assert.Same(NoninWaveforms.Format2, s.Waveform));

        // a burst of noise between good frames is no reason to leave the format
        Read(monitor, [.. Enumerable.Repeat((byte)0x55, 500)]);
        _at += 1000 * Ms;
        Read(monitor, NoninGolden.Format2Packet);
        _at += 5000 * Ms;
        Read(monitor, NoninGolden.Format2Packet);
        Assert.Equal(NoninFormat.Format2, monitor.Format);
    }

    [Fact]
    public void Fall_back_finds_format_8_behind_2()
    {
        NoninMonitor monitor = new(new NoninOptions { FallBack = true });
        for (int i = 0; i < 14; i++)
        {
            Read(monitor, Wire.Hex("81 0E 5D 20"));
            _at += 1000 * Ms;
        }

        Assert.Equal([2, 8], Of(ReadingKind.FormatTried).Select(r => r.Detail));
        Assert.Empty(Of(ReadingKind.DeviceStatus));
        Assert.Contains(Of(ReadingKind.PulseRate), r => r.Value == 142);
    }

    [Fact]
    public void The_format_is_asked_for_when_the_line_opens_and_the_next_when_it_is_declined()
    {
        NoninMonitor monitor = new(new NoninOptions { FallBack = true, SetFormat = true });
        Assert.Equal(Wire.Hex("02 70 02 02 07 03"), monitor.Next(new Record(RecordKind.Open, 0), _readings).Send.ToArray());
        _at = 100 * Ms;
        Assert.Equal(Wire.Hex("02 70 02 02 02 03"), Read(monitor, [0x15]).Send.ToArray());
        Assert.True(Read(monitor, [0x06]).Send.IsEmpty);
        Read(monitor, NoninGolden.Format2Packet);

        Assert.Equal([NoninMonitor.CommandRejected, 2, NoninMonitor.CommandAccepted], _readings.Where(r => r.Kind is ReadingKind.DeviceStatus or ReadingKind.FormatTried).Select(r => r.Detail));
        Assert.Equal(2, Assert.Single(Of(ReadingKind.FormatTried)).Detail);
        Assert.Equal(25, Of(ReadingKind.PlethSample).Count);
        Assert.Empty(Of(ReadingKind.Refused));
    }

    [Fact]
    public void After_five_seconds_nothing_is_asked_for()
    {
        NoninMonitor monitor = new(new NoninOptions { FallBack = true, SetFormat = true });
        monitor.Next(new Record(RecordKind.Open, 0), _readings);
        _at = 6000 * Ms;
        Read(monitor, NoninGolden.Format2Packet);
        _at = 8000 * Ms;
        Assert.True(Read(monitor, NoninGolden.Format2Packet).Send.IsEmpty);
        Assert.Equal(NoninFormat.Format2, monitor.Format);
    }

    [Fact]
    public void Commands_are_the_bytes_of_the_document()
    {
        System.Buffers.ArrayBufferWriter<byte> wire = new();
        NoninCommand.WriteSetClock(new DateTime(2050, 12, 31, 14, 30, 15), wire);
        Assert.Equal(Wire.Hex("02 72 06 32 0C 1F 0E 1E 0F 03"), wire.WrittenSpan.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => NoninCommand.WriteSetFormat(NoninFormat.Format1, wire));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NoninOptions { Format = (NoninFormat)9 });
    }

    private List<Reading> Of(ReadingKind kind) => [.. _readings.Where(r => r.Kind == kind)];

    private Step Read(NoninMonitor monitor, byte[] bytes) => monitor.Next(new Record(RecordKind.Bytes, _at, bytes), _readings);
}
