using Vascular.Devices.Pcd01;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Pcd01;

namespace Vascular.Simulators.Tests;

public sealed class GatewayTests
{
    private static readonly DateTimeOffset Start = new(2017, 9, 4, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_message_is_acknowledged_and_read_once()
    {
        SimulatedGateway device = new("gw-1", 1, Start);
        WireRun run = new(device, new Pcd01Monitor(new Pcd01Options()));
        run.Run(60);

        Assert.InRange(device.Answers.Count, 10, 12);
        Assert.Equal(0, device.Repeats);
        Assert.Equal(2 * device.Answers.Count, run.Of(ReadingKind.TranscutaneousOxygen).Count);
        Assert.Equal([(42.0, 1), (61, 2)], run.Of(ReadingKind.TranscutaneousOxygen).TakeLast(2).Select(r => (r.Value, r.Detail)));
        Assert.All(run.Readings, r => Assert.True((r.Marks & QualityMarks.TestData) != 0));
        Assert.All(run.Of(ReadingKind.DiastolicPressure), r => Assert.False(r.HasValue));
        Assert.Empty(run.Of(ReadingKind.Refused));
    }

    [Fact]
    public void A_message_cut_off_with_the_line_is_sent_again_and_read_then()
    {
        SimulatedGateway device = new("gw-1", 1, Start);
        WireRun run = new(device, new Pcd01Monitor(new Pcd01Options()));
        run.Run(5.005);
        run.Disconnect();
        run.Connect();
        run.Run(20);
        Assert.Equal(1, device.Repeats);
        Assert.Equal(device.Answers.Count * 2, run.Of(ReadingKind.TranscutaneousOxygen).Count);
        Assert.NotEmpty(device.Answers);
    }
}
