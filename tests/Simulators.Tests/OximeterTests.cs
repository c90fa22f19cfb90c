using Vascular.Devices;
using Vascular.Devices.AccuPulse;
using Vascular.Devices.Contec;
using Vascular.Devices.FiveByte;
using Vascular.Devices.Masimo;
using Vascular.Devices.PulseSensor;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.AccuPulse;
using Vascular.Simulators.Oximeters;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Tests;

/// <summary>Each simulated oximeter, and the monitor that reads what it wrote.</summary>
public sealed class OximeterTests
{
    [Theory]
    [InlineData("contec-v7", 1200)]
    [InlineData("berry", 2000)]
    [InlineData("contec", 1200)]
    public void What_the_device_writes_the_monitor_reads(string kind, int samples)
    {
        (SimulatedOximeter device, IMonitor monitor) = Pair(kind);
        device.Pleth.PutOn(Site.Parse("R.TOE"));
        WireRun run = new(device, monitor);
        run.Run(20.2);

        Assert.Empty(run.Of(ReadingKind.Refused));
        Assert.Empty(run.Of(ReadingKind.NoReply));
        Assert.InRange(run.Of(ReadingKind.PlethSample).Count, samples - 30, samples + 30);
        Assert.InRange(run.Of(ReadingKind.PulseRate)[^1].Value, 68, 78);
        Assert.Equal(96, run.Of(ReadingKind.OxygenSaturation)[^1].Value);
        Assert.True(run.Of(ReadingKind.PlethSample).Select(s => s.Value).Distinct().Count() > 10);
        long[] times = [.. run.Of(ReadingKind.PlethSample).Select(s => s.AtNs)];
        Assert.Equal(times.Order(), times);
    }

    [Theory]
    [InlineData("contec-v7")]
    [InlineData("berry")]
    [InlineData("contec")]
    public void A_sensor_that_sits_nowhere_alarms_and_has_no_numbers(string kind)
    {
        (SimulatedOximeter device, IMonitor monitor) = Pair(kind);
        WireRun run = new(device, monitor);
        run.Run(3);
        Assert.NotEmpty(run.Of(ReadingKind.PlethSample));
        Assert.All(run.Of(ReadingKind.PlethSample), s => Assert.True((s.Marks & QualityMarks.SensorAlarm) != 0));
        Assert.All(run.Of(ReadingKind.PulseRate), r => Assert.False(r.HasValue));
    }

    [Fact]
    public void A_pulsesensor_board_is_read_line_by_line()
    {
        SimulatedPulseSensor device = new("ppg-1", WireRun.Patient(), 1);
        device.Pleth.PutOn(Site.Parse("R.TOE"));
        WireRun run = new(device, new PulseSensorMonitor(new PulseSensorOptions()));
        run.Run(20);
        Assert.InRange(run.Of(ReadingKind.PlethSample).Count, 980, 1001);
        Assert.InRange(run.Of(ReadingKind.PulseRate)[^1].Value, 68, 78);
        Assert.InRange(run.Of(ReadingKind.PulseInterval)[^1].Value, 770, 880);
        Assert.Single(run.Of(ReadingKind.Refused));     // the first line, whose beginning nobody vouches for
    }

    [Fact]
    public void A_masimo_says_its_numbers_once_a_second()
    {
        SimulatedMasimo device = new("ppg-1", WireRun.Patient(), 1, new DateTimeOffset(2017, 9, 4, 8, 0, 0, TimeSpan.Zero));
        WireRun run = new(device, new MasimoMonitor(new MasimoOptions()));
        run.Run(5.5);
        Assert.All(run.Of(ReadingKind.PulseRate), r => Assert.Equal(QualityMarks.Missing | QualityMarks.SensorAlarm, r.Marks));
        device.Pleth.PutOn(Site.Parse("R.TOE"));
        run.Run(15);
        Assert.Equal(20, run.Of(ReadingKind.PulseRate).Count);
        Assert.InRange(run.Of(ReadingKind.PulseRate)[^1].Value, 68, 78);
        Assert.Equal(new DateTime(2017, 9, 4, 8, 0, 20), run.Of(ReadingKind.PerfusionIndex)[^1].DeviceTime);
        Assert.Empty(run.Of(ReadingKind.Refused));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_accupulse_streams_the_pressure_of_its_cuff(bool brackets)
    {
        SimulatedCuff cuff = new(300);
        cuff.Inflate(0, 150, 50);
        WireRun run = new(new SimulatedAccuPulse("ref-1", cuff, 1, brackets), new AccuPulseMonitor(new AccuPulseOptions()));
        run.Run(10);
        Assert.InRange(run.Of(ReadingKind.CuffPressure).Count, 36, 40);
        Assert.Equal(150, run.Of(ReadingKind.CuffPressure)[^1].Value);
        Assert.Empty(run.Of(ReadingKind.NoReply));
    }

    [Fact]
    public void A_contec_that_wants_to_hear_its_host_goes_on_as_long_as_it_does()
    {
        SimulatedContec device = new("ppg-1", WireRun.Patient(), 1, needsKeepAlive: true);
        WireRun run = new(device, new ContecMonitor(new ContecOptions()));
        run.Run(30);
        Assert.True(device.Streams);
        Assert.Empty(run.Of(ReadingKind.NoReply));
        Assert.InRange(run.Of(ReadingKind.PlethSample).Count, 1750, 1810);
    }

    [Fact]
    public void A_contec_that_was_stopped_is_started_again()
    {
        SimulatedContec device = new("ppg-1", WireRun.Patient(), 1);
        WireRun run = new(device, new ContecMonitor(new ContecOptions()));
        run.Run(2);
        device.Receive(2_000_000_000, [0x7D, 0x81, 0xA2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]);
        run.Run(3);
        Assert.True(device.Streams);
        Assert.Equal(0x0C00, Assert.Single(run.Of(ReadingKind.DeviceStatus)).Detail);
        Assert.Single(run.Of(ReadingKind.NoReply));
    }

    private static (SimulatedOximeter, IMonitor) Pair(string kind) => kind switch
    {
        "contec-v7" => (new SimulatedContec("ppg-1", WireRun.Patient(), 1), new ContecMonitor(new ContecOptions())),
        "berry" => (new SimulatedFiveByte("ppg-1", WireRun.Patient(), 1, berry: true), new FiveByteMonitor(new FiveByteOptions { Dialect = FiveByteDialect.Berry })),
        _ => (new SimulatedFiveByte("ppg-1", WireRun.Patient(), 1, berry: false), new FiveByteMonitor(new FiveByteOptions { Dialect = FiveByteDialect.Contec })),
    };
}
