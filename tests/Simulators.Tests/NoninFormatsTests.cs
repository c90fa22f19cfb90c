using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Oximeters;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Tests;

public sealed class NoninFormatsTests
{
    private static readonly DateTimeOffset Start = new(2017, 9, 4, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(2, NoninFormat.Format2, 1500)]
    [InlineData(7, NoninFormat.Format7, 1500)]
    [InlineData(1, NoninFormat.Format1, 0)]
    [InlineData(8, NoninFormat.Format8, 0)]
    [InlineData(13, NoninFormat.Format13, 0)]
    public void What_the_device_writes_the_monitor_reads(int format, NoninFormat read, int samples)
    {
        WireRun run = new(Device(format), new NoninMonitor(new NoninOptions { Format = read }));
        run.Run(20.2);

        Assert.Empty(run.Of(ReadingKind.Refused));
        Assert.InRange(run.Of(ReadingKind.PlethSample).Count, samples - 20, samples + 20);
        Assert.InRange(run.Of(ReadingKind.PulseRate)[^1].Value, 68, 78);
        Assert.Equal(96, run.Of(ReadingKind.OxygenSaturation)[^1].Value);
    }

    [Fact]
    public void A_spot_check_carries_the_clock_of_the_device()
    {
        WireRun run = new(Device(13), new NoninMonitor(new NoninOptions { Format = NoninFormat.Format13 }));
        run.Run(10.5);
        Assert.Equal(new DateTime(2017, 9, 4, 8, 0, 10), run.Of(ReadingKind.PulseRate)[^1].DeviceTime);
    }

    [Fact]
    public void A_device_in_format_13_is_set_to_7_when_the_line_opens()
    {
        SimulatedNoninFormats device = Device(13);
        WireRun run = new(device, new NoninMonitor(new NoninOptions { SetFormat = true, FallBack = true }));
        run.Run(5);
        Assert.Equal(7, device.Format);
        Assert.NotEmpty(run.Of(ReadingKind.PlethSample));
        Assert.Empty(run.Of(ReadingKind.Refused));
    }

    [Fact]
    public void A_device_that_declines_7_is_set_to_2()
    {
        SimulatedNoninFormats device = Device(13, [2, 8]);
        WireRun run = new(device, new NoninMonitor(new NoninOptions { SetFormat = true, FallBack = true }));
        run.Run(5);
        Assert.Equal(2, device.Format);
        Assert.All(run.Of(ReadingKind.PlethSample), s => Assert.False(s.Waveform!.IsGradable));
        Assert.NotEmpty(run.Of(ReadingKind.PlethSample));
    }

    [Fact]
    public void A_bad_line_gives_refusals_and_the_stream_goes_on()
    {
        WireFaults device = new(Device(2), [LineFault.Parse("flip=0.002"), LineFault.Parse("drop=0.002")], 1);
        WireRun run = new(device, new NoninMonitor(new NoninOptions { Format = NoninFormat.Format2 }));
        run.Run(60);
        Assert.InRange(run.Of(ReadingKind.Refused).Count, 20, 200);
        Assert.InRange(run.Of(ReadingKind.PlethSample).Count, 4200, 4500);
    }

    [Fact]
    public void The_same_seed_writes_the_same_bytes()
    {
        List<byte>[] twice = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            WireRun run = new(Device(2), new NoninMonitor(new NoninOptions { Format = NoninFormat.Format2 }));
            run.Run(10);
            return run.Bytes;
        })];
        Assert.Equal(twice[0], twice[1]);
    }

    private static SimulatedNoninFormats Device(int format, int[]? settable = null)
    {
        SimulatedNoninFormats device = new("ppg-1", WireRun.Patient(), 1, format, Start, settable);
        device.Pleth.PutOn(Site.Parse("R.TOE"));
        return device;
    }
}
