using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Tests.Simulators;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>What a network between station and broker can do to a result.</summary>
public sealed class LineFaultTests(EmbeddedCourt court) : IClassFixture<EmbeddedCourt>
{
    private const string Owed = "owed to archive, ehr-bridge";

    [OutsideConsumerFact]
    public async Task It_accepts_and_carries_nothing()
    {
        await using Middleman network = new(court.Broker.Port, court.Time);
        network.ToBroker.Hold();
        network.ToStation.Hold();
        await using SendingStation station = await OpenAsync(1, network);
        await station.CommitAsync(3);
        station.Start();
        await station.SeeAsync(OutboxEventKind.LineLost, 2);
        Assert.Equal(Owed, await station.TableAsync());
        network.ToBroker.Heal();
        network.ToStation.Heal();
        await court.Jury.AssertDeliveredAsync(station);
    }

    [OutsideConsumerFact]
    public async Task It_is_cut_again_and_again()
    {
        await using Middleman network = new(court.Broker.Port, court.Time);
        await using SendingStation station = await OpenAsync(2, network);
        await station.CommitAsync(30);
        station.Start();
        for (int cut = 1; cut <= 8; cut++)
        {
            await station.SeeAsync(OutboxEventKind.LineOpened, cut);
            await station.SeeAsync(OutboxEventKind.Published, cut); // somewhere among the thirty
            network.Cut();
            await station.SeeAsync(OutboxEventKind.LineLost, cut);
            await station.CommitAsync(1);
        }

        await court.Jury.AssertDeliveredAsync(station);
    }

    /// <summary>Held bytes arrive late, as TCP delivers them when a route comes back: in time for the deadline, or after the station has hung up.</summary>
    [OutsideConsumerTheory]
    [InlineData(3, true, true)]
    [InlineData(4, true, false)]
    [InlineData(5, false, true)]
    [InlineData(6, false, false)]
    public async Task One_direction_carries_nothing_then_heals(int number, bool toBroker, bool inTime)
    {
        await using Middleman network = new(court.Broker.Port, court.Time);
        await using SendingStation station = await OpenAsync(number, network);
        station.Start();
        await station.SeeAsync(OutboxEventKind.LineOpened);
        Middleman.Direction cut = toBroker ? network.ToBroker : network.ToStation;
        cut.Hold();
        await station.CommitAsync(4);
        if (inTime)
        {
            await cut.WaitingAsync(); // the first bytes are on their way, and no deadline has passed
            Assert.Equal(Owed, await station.TableAsync());
        }
        else
        {
            await station.SeeAsync(OutboxEventKind.LineLost, 2);
            Assert.StartsWith("owed to ", await station.TableAsync(), StringComparison.Ordinal);
        }

        cut.Heal();
        await court.Jury.AssertDeliveredAsync(station);
        Assert.True(inTime || station.Happened.Any(e => e.Kind == OutboxEventKind.LineLost));
    }

    /// <summary>An answer has a minute of the station here, and a result more than that on the wire: each try would end before it is through.</summary>
    [OutsideConsumerFact]
    public async Task It_is_so_slow_that_one_result_takes_longer_than_an_answer_may()
    {
        const int Bytes = 1024;
        await using Middleman network = new(court.Broker.Port, court.Time);
        await using SendingStation station = await SendingStation.OpenAsync(7, () => court.Options with { Port = network.Port, SlowestLine = Bytes / 5, KeepAlive = TimeSpan.FromSeconds(15) });
        station.Start();
        await station.SeeAsync(OutboxEventKind.LineOpened);
        network.ToBroker.PieceBytes = Bytes;
        network.ToBroker.PieceWait = TimeSpan.FromSeconds(5);
        await station.CommitAsync(1);
        Assert.True(station.Results[0].Bundle.ToJsonString().Length > 15 * Bytes);
        await court.Jury.AssertDeliveredAsync(station);
        Assert.DoesNotContain(station.Happened, e => e.Kind == OutboxEventKind.LineLost);
    }

    private Task<SendingStation> OpenAsync(int number, Middleman network) => SendingStation.OpenAsync(number, () => court.Options with { Port = network.Port });
}
