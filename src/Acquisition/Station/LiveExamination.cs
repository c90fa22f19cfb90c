using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Devices.Links;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Station;

/// <summary>An examination on the station's configured devices: acts come as JSON lines, what happened goes out as JSON lines.</summary>
public static class LiveExamination
{
    /// <summary>Both arms, both ankle arteries, trace and pressure of a toe, right then left. The toe's digit is not stated unless the site's protocol says so.</summary>
    public static readonly IReadOnlyList<ProtocolStep> StandardProtocol =
    [
        Step("arm.right", StepKind.ArmPressure, "R.ARM"), Step("arm.left", StepKind.ArmPressure, "L.ARM"),
        Step("ankle.pt.right", StepKind.AnklePressure, "R.PT"), Step("ankle.dp.right", StepKind.AnklePressure, "R.DP"),
        Step("ankle.pt.left", StepKind.AnklePressure, "L.PT"), Step("ankle.dp.left", StepKind.AnklePressure, "L.DP"),
        Step("ppg.right", StepKind.PulseTrace, "R.TOE"), Step("toe.right", StepKind.ToePressure, "R.TOE"),
        Step("ppg.left", StepKind.PulseTrace, "L.TOE"), Step("toe.left", StepKind.ToePressure, "L.TOE"),
    ];

    public static ExaminationSettings Settings(StationConfiguration station)
    {
        ArgumentNullException.ThrowIfNull(station);
        return new ExaminationSettings
        {
            RuleVersion = RuleSet.Version,
            Channels = [.. station.Devices.Select(d => new ChannelSettings(d.Name, d.Protocol.Name, Simulated: false, d.CuffLimitMmHg))],
            Protocol = StandardProtocol,
        };
    }

    /// <summary>Goes on with the examination that was cut off, or begins one, and runs it until it is ended, the acts end, or <paramref name="cancel"/>.</summary>
    public static async Task<(ExaminationFold Fold, Guid Id)> RunAsync(StationHost station, string user, TextReader acts, Action<string> said, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(station);
        ArgumentNullException.ThrowIfNull(said);
        var clock = new StationClock(time);
        var bench = new LiveStation(clock, time);
        Guid id = await station.UnfinishedAsync(cancel) ?? Identifiers.Version7(time.GetUtcNow(), RandomNumberGenerator.GetBytes(Identifiers.RandomBytes));
        long nowUtcNs = clock.UtcZeroNs + clock.NowNs;
        TakenUp taken = station.Folder(id).TakeUp(Settings(station.Configuration), nowUtcNs, _ => nowUtcNs, 1, bench, fold => station.Chart(id, fold));
        if (taken.Examination is not { } examination || examination.Fold.IsEnded)
        {
            return (taken.Fold, id);
        }

        using (examination)
        {
            Connect(station.Configuration, bench, clock, time);
            bench.Begin(examination);
            said($"examination {id}: acts as JSON lines on standard input");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            Task door = Task.Run(() => ReadActsAsync(bench, user, acts, said, stop), CancellationToken.None);
            await bench.RunAsync(stop.Token);
            await stop.CancelAsync();
            // A read of standard input cannot be cancelled: it is abandoned, not awaited.
            await Task.WhenAny(door, Task.Delay(TimeSpan.FromMilliseconds(250), time, CancellationToken.None));
            return (examination.Fold, id);
        }
    }

    private static void Connect(StationConfiguration station, LiveStation bench, ITapeClock clock, TimeProvider time)
    {
        var links = new LinkFactory(clock, time);
        for (int i = 0; i < station.Devices.Count; i++)
        {
            DeviceConfiguration device = station.Devices[i];
            bench.Add(new SupervisedLink(
                device.Name,
                device.Silence,
                cancel => links.OpenAsync(device.Link, cancel),
                bench.Events,
                clock,
                time,
                new Random(i + 1)));
        }
    }

    private static async Task ReadActsAsync(LiveStation bench, string user, TextReader acts, Action<string> said, CancellationTokenSource stop)
    {
        try
        {
            while (await acts.ReadLineAsync(stop.Token) is { } line)
            {
                if (line.Trim().Length > 0)
                {
                    string? refusal = await bench.PerformAsync((fold, now) => ActDoor.Read(line, fold, now), user, stop.Token);
                    said(Answer(bench, refusal).ToJsonString());
                }
            }

            // No more acts can come. What runs is stopped with the station; the examination can be taken up again.
            await stop.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // the station stopped
        }
    }

    private static JsonObject Answer(LiveStation bench, string? refusal)
    {
        if (refusal is not null)
        {
            return new JsonObject { ["refused"] = refusal };
        }

        ExaminationFold fold = bench.Examination.Fold;
        return new JsonObject
        {
            ["done"] = fold.Acts.All[^1].Number,
            ["findings"] = new JsonArray([.. fold.Findings.Select(f => new JsonObject
            {
                ["step"] = f.Step,
                ["measure"] = f.Measure,
                ["site"] = f.Site.Code,
                ["state"] = f.State.Word(),
                ["printed"] = f.Printed,
                ["accepted"] = fold.IsAccepted(f),
            })]),
        };
    }

    private static ProtocolStep Step(string key, StepKind kind, string site) => new(key, kind, Site.Parse(site));
}
