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
        using (taken.Examination)
        {
            if (taken.Examination is { Fold.IsEnded: false } examination)
            {
                examination.Onlooker = board;
                board?.Begin(folder.Examination, examination.Fold, bench);
                bench.Begin(examination);
                if ((speed is { } paced ? bench.RunPaced(new PacedTime(paced, time), cancel) : bench.Run(null, cancel)) is { } trouble)
                {
                    throw new Cli.CommandFailure(trouble, $"examination {folder.Examination}", "correct the scenario's script");
                }
            }
        }

        return taken with { Fold = Correct(folder, chart, scenario, taken.Fold, cancel) };

        void Told(LinkNotice notice)
        {
            noticed?.Invoke(notice);
            board!.Tell(notice);
        }
    }

    /// <summary>Plays what the script does behind its end, as fast as it goes; goes on where it was cut off.</summary>
    private static ExaminationFold Correct(ExaminationFolder folder, Func<Func<ExaminationFold>, IChart> chart, Scenario scenario, ExaminationFold ended, CancellationToken cancel)
    {
        ExaminationFold fold = ended;
        int done = fold.Acts.All.SkipWhile(a => a.Act is not Act.End).Count() - 1;
        long waitNs = BackAfterNs;
        foreach ((ScriptStep step, ScriptAction action) in scenario.Script.Corrections)
        {
            cancel.ThrowIfCancellationRequested();
            if (action is ScriptAction.Wait wait)
            {
                waitNs += (long)(wait.Seconds * 1e9);
                continue;
            }

            if (done-- > 0)
            {
                waitNs = BackAfterNs;
                continue;
            }

            (long afterNs, waitNs) = (waitNs, BackAfterNs);
            (fold, string? refusal) = folder.Correct(
                (now, _) => ScriptedTechnician.Correction(step, action, now),
                Users.SimulatedTechnician,
                newest => Records.UtcNs.Of(scenario.Start) + newest + afterNs,
                chart);
            if (refusal is not null)
            {
                throw new Cli.CommandFailure($"the script of {scenario.Id} was refused behind its end, at step {step.Key}: {refusal}", $"examination {folder.Examination}", "correct the scenario's script");
            }
        }

        return fold;
    }
}
