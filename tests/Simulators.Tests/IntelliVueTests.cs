using Vascular.Devices.IntelliVue;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.IntelliVue;

namespace Vascular.Simulators.Tests;

public sealed class IntelliVueTests
{
    private static readonly DateTimeOffset Start = new(2017, 9, 4, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Associated_and_polled_it_says_its_tension_every_second(bool serial)
    {
        SimulatedIntelliVue device = new("gas-1", 1, Start, serial);
        WireRun run = new(device, new IntelliVueMonitor(new IntelliVueOptions { Line = serial ? IntelliVueLine.Serial : IntelliVueLine.Datagram }));
        run.Run(600);

        List<Reading> oxygen = run.Of(ReadingKind.TranscutaneousOxygen);
        Assert.InRange(oxygen.Count, 590, 601);
        Assert.All(oxygen.Take(3), r => Assert.Equal(QualityMarks.Missing | QualityMarks.Calibrating, r.Marks));
        Assert.InRange(oxygen[^1].Value, 41.9, 42.2);
        Assert.Equal((44.1, 38.0, 385.0), (run.Of(ReadingKind.ElectrodeTemperature)[^1].Value, run.Of(ReadingKind.TranscutaneousCarbonDioxide)[^1].Value, run.Of(ReadingKind.HeatingPower)[^1].Value));
        Assert.InRange(oxygen[^1].DeviceTime!.Value, Start.DateTime.AddSeconds(590), Start.DateTime.AddSeconds(600));
        Assert.Empty(run.Of(ReadingKind.Refused));
        Assert.Empty(run.Of(ReadingKind.NoReply));
        Assert.True(device.IsAssociated);
    }

    [Fact]
    public void Refused_aborted_or_deaf_it_is_associated_anew()
    {
        SimulatedIntelliVue device = new("gas-1", 1, Start, refuses: 2);
        WireRun run = new(device, new IntelliVueMonitor(new IntelliVueOptions()));
        run.Run(15);
        Assert.True(device.IsAssociated);
        device.AbortNow(15_000_000_000);
        run.Run(1);
        Assert.False(device.IsAssociated);
        run.Run(6);
        Assert.True(device.IsAssociated);
        device.IsDeaf = true;
        run.Run(7);
        Assert.Single(run.Of(ReadingKind.NoReply));
        device.IsDeaf = false;
        run.Readings.Clear();
        run.Run(10);
        Assert.NotEmpty(run.Of(ReadingKind.TranscutaneousOxygen));
    }
}
