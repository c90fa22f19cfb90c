using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Simulators.Scripts;

namespace Vascular.Acquisition.Station;

/// <summary>Plays a scenario as an examination of this station: simulated devices and technician on the virtual clock.</summary>
public static class ScenarioPlay
{
    /// <summary>A simulated technician needs this long to be back after a crash, in simulated time.</summary>
    private const long BackAfterNs = 5_000_000_000;

    /// <summary>Begins the scenario's examination, or goes on with it, and plays it to its end on the caller's thread.</summary>
    /// <param name="speed">Simulated seconds a second; null: as fast as it goes.</param>
    /// <param name="said">Lines for the person who watches.</param>
    /// <param name="board">What the page shows; null: no page.</param>
    /// <exception cref="Cli.CommandFailure">The script was refused; says at which step and why.</exception>
    public static ExaminationFold Run(StationHost station, Scenario scenario, ulong seed, double? speed, Action<string> said, TimeProvider time, CancellationToken cancel, BedsideBoard? board = null)
    {
        ArgumentNullException.ThrowIfNull(station);
        Guid id = ScenarioSettings.ExaminationId(scenario, seed);
        StationNews news = station.Delivery.News;
        TakenUp taken;
        try
        {
            taken = Run(station.Folder(id), fold => station.Chart(id, fold), scenario, seed, speed, time, cancel, news.Tell, board);
        }
        finally
        {
            news.NoDevices();
        }

        if (taken.Recovered is { } recovered)
        {
            said($"recovered: {recovered.State}, {recovered.BytesCut} bytes cut");
        }

        return taken.Fold;
    }

    /// <summary>The same on a tape and a record of the caller's choice, without delivery.</summary>
    /// <returns>What was taken up; its fold is the examination's at the end, the examination itself is let go.</returns>
    /// <param name="noticed">Told of the devices' lines.</param>
    /// <exception cref="Cli.CommandFailure">The script was refused; says at which step and why.</exception>
    public static TakenUp Run(
        ExaminationFolder folder, Func<Func<ExaminationFold>, IChart> chart, Scenario scenario, ulong seed, double? speed, TimeProvider time, CancellationToken cancel, Action<LinkNotice>? noticed = null, BedsideBoard? board = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(scenario);
        var bench = new VirtualStation(scenario, seed)
        {
            Noticed = board is null ? noticed : Told,
            Heard = board is null ? null : atNs => board.Traces.Add(BedsideBoard.Ear, atNs, 1),
        };
        long startUtcNs = Records.UtcNs.Of(scenario.Start);
        TakenUp taken = folder.TakeUp(
            ScenarioSettings.Of(scenario),
            startUtcNs,
            newest => startUtcNs + newest + BackAfterNs,
            speed,
            bench,
            chart);
        using Examination? examination = taken.Examination;
        if (examination is { Fold.IsEnded: false })
        {
            examination.Onlooker = board;
            board?.Begin(folder.Examination, examination.Fold, bench);
            bench.Begin(examination);
            if ((speed is { } paced ? bench.RunPaced(new PacedTime(paced, time), cancel) : bench.Run(null, cancel)) is { } trouble)
            {
                throw new Cli.CommandFailure(trouble, $"examination {folder.Examination}", "correct the scenario's script");
            }
        }

        return taken;

        void Told(LinkNotice notice)
        {
            noticed?.Invoke(notice);
            board!.Tell(notice);
        }
    }
}
