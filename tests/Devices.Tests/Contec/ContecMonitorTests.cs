using Vascular.Devices.Contec;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Contec;

public class ContecMonitorTests
{
    private const long S = 1_000_000_000;

    private readonly ContecMonitor _monitor = new(new ContecOptions());
    private readonly List<Reading> _readings = [];

    [Fact]
    public void The_stream_is_started_when_the_line_opens_and_kept_alive_every_five_seconds()
    {
        Step step = Next(RecordKind.Open, 0);
        Assert.Equal(Wire.Hex("7D 81 A1 80 80 80 80 80 80"), step.Send.ToArray());
        Assert.Equal(S, step.WakeAtNs);
        for (int i = 0; i < 300; i++)
        {
            Step next = Read(i * S / 60, Pulse);
            Assert.True(next.Send.IsEmpty);
        }

        Assert.Equal(Wire.Hex("7D 81 AF 80 80 80 80 80 80"), Next(RecordKind.Wake, 5 * S).Send.ToArray());
        Assert.Empty(Of(ReadingKind.NoReply));
    }

    [Fact]
    public void Numbers_come_once_a_second_and_samples_say_what_they_are()
    {
        for (int i = 0; i < 61; i++)
        {
            Read(i * S / 60, Pulse);
        }

        Assert.Equal(61, Of(ReadingKind.PlethSample).Count);
        Assert.All(Of(ReadingKind.PlethSample), s => Assert.Equal((85.0, QualityMarks.PulseMark, false, 7), (s.Value, s.Marks, s.Waveform!.IsGradable, s.Waveform.Bits)));
        Assert.Equal([72.0, 72], Of(ReadingKind.PulseRate).Select(r => r.Value));
        Assert.Equal([97.0, 97], Of(ReadingKind.OxygenSaturation).Select(r => r.Value));
        Assert.Equal([0.85, 0.85], Of(ReadingKind.PerfusionIndex).Select(r => r.Value));
    }

    [Fact]
    public void A_finger_that_is_out_alarms_and_has_no_numbers()
    {
        Read(0, "01 E9 80 C0 90 FF FF FF FF");
        Assert.All(_readings, r => Assert.True((r.Marks & QualityMarks.SensorAlarm) != 0));
        Assert.All(_readings.Where(r => r.Kind != ReadingKind.PlethSample), r => Assert.False(r.HasValue));
        Assert.Equal(4, _readings.Count);
    }

    [Fact]
    public void A_stream_that_does_not_begin_is_told_once_and_asked_for_every_second()
    {
        Next(RecordKind.Open, 0);
        byte[][] sent = [.. Enumerable.Range(1, 4).Select(i => Next(RecordKind.Wake, i * S).Send.ToArray())];
        Assert.All(sent, s => Assert.Equal(0xA1, s[2]));
        Assert.Equal((int)ContecCommand.StartRealTime, Assert.Single(Of(ReadingKind.NoReply)).Detail);
    }

    [Fact]
    public void A_closed_line_is_asked_nothing()
    {
        Next(RecordKind.Open, 0);
        Next(RecordKind.Closed, S / 2);
        Assert.True(Next(RecordKind.Wake, 7 * S).Send.IsEmpty);
        Assert.Empty(Of(ReadingKind.NoReply));
    }

    [Fact]
    public void A_device_that_leaves_says_so()
    {
        Read(0, "0D 80 81");
        Assert.Equal(0x0D01, Assert.Single(Of(ReadingKind.DeviceStatus)).Detail);
    }

    private const string Pulse = "01 80 C6 D5 89 C8 E1 D5 80";

    private List<Reading> Of(ReadingKind kind) => [.. _readings.Where(r => r.Kind == kind)];

    private Step Read(long at, string hex) => _monitor.Next(new Record(RecordKind.Bytes, at, Wire.Hex(hex)), _readings);

    private Step Next(RecordKind kind, long at) => _monitor.Next(new Record(kind, at), _readings);
}
