using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Devices.Links;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Station;

/// <summary>An examination on the station's configured devices: acts come as JSON lines, what happened goes out as JSON lines.</summary>
public static class LiveExamination
{
    /// <summary>For people: quotation marks and signs as they are, not as escapes.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Both arms, both ankle arteries, trace and pressure of a toe, right then left. The toe's digit is not stated unless the site's protocol says so.</summary>
    public static readonly IReadOnlyList<ProtocolStep> StandardProtocol =
    [
        Step("arm.right", StepKind.ArmPressure, "R.ARM"), Step("arm.left", StepKind.ArmPressure, "L.ARM"),
        Step("ankle.pt.right", StepKind.AnklePressure, "R.PT"), Step("ankle.dp.right", StepKind.AnklePressure, "R.DP"),
        Step("ankle.pt.left", StepKind.AnklePressure, "L.PT"), Step("ankle.dp.left", StepKind.AnklePressure, "L.DP"),
        Step("ppg.right", StepKind.PulseTrace, "R.TOE"), Step("toe.right", StepKind.ToePressure, "R.TOE"),
        Step("ppg.left", StepKind.PulseTrace, "L.TOE"), Step("toe.left", StepKind.ToePressure, "L.TOE"),
    ];

    /// <summary>With TcPO2 monitors: dorsum and sole of both feet and a place on the chest to compare with, first, since the skin warms while the rest is measured.</summary>
    public static readonly IReadOnlyList<ProtocolStep> SkinProtocol =
    [
        Step("tcpo2.dorsum.right", StepKind.SkinOxygen, "R.FOOT.DORSUM"), Step("tcpo2.plantar.right", StepKind.SkinOxygen, "R.FOOT.PLANTAR"),
        Step("tcpo2.dorsum.left", StepKind.SkinOxygen, "L.FOOT.DORSUM"), Step("tcpo2.plantar.left", StepKind.SkinOxygen, "L.FOOT.PLANTAR"),
        Step("tcpo2.chest.right", StepKind.SkinOxygen, "R.CHEST"),
    ];

    public static ExaminationSettings Settings(StationConfiguration station)
    {
        ArgumentNullException.ThrowIfNull(station);
        return new ExaminationSettings
        {
            RuleVersion = station.Rules.Named,
            Rules = station.Rules,
            Channels = [.. station.Devices.Select(d => new ChannelSettings(d.Name, d.Protocol.Name, d.Simulated, d.CuffLimitMmHg) { SkinSensor = d.SkinSensor, Transducer = d.Transducer, Options = d.Options })],
            Protocol = station.Devices.Any(d => d.SkinSensor is not null) ? [.. SkinProtocol, .. StandardProtocol] : StandardProtocol,
        };
    }

    /// <summary>Goes on with the examination that was cut off, or begins one, and runs it until it is ended, the acts end, or <paramref name="cancel"/>.</summary>
    /// <param name="said">Takes one line; called from several threads.</param>
    /// <param name="board">What the page shows; null: no page.</param>
    /// <param name="reload">The station file, watched while the examination runs; null: it is not.</param>
    /// <exception cref="CommandFailure">The tape or the record cannot be written any more; what was durable stays so.</exception>
    public static async Task<(ExaminationFold Fold, Guid Id)> RunAsync(StationHost station, string user, TextReader acts, Action<string> said, TimeProvider time, CancellationToken cancel, BedsideBoard? board = null, ConfigurationReload? reload = null)
    {
        ArgumentNullException.ThrowIfNull(station);
        ArgumentNullException.ThrowIfNull(said);
        var clock = new StationClock(time);
        if (reload is not null)
        {
            await reload.LookAsync(AuditAsync, Refuse, atOnce: true, cancel);
        }

        // Site, gateway, consumers, broker, page and storage are those of the start; devices and rules, of the file as it is now.
        StationConfiguration configuration = reload is null ? station.Configuration : station.Configuration with { Devices = reload.InForce.Devices, Rules = reload.InForce.Rules };
        using SimulatedDevices? simulated = SimulatedDevices.Of(configuration, clock, time);
        await using var links = new LinkFactory(clock, time) { Remarked = (line, remark) => said($"{line.ConfiguredAt}: {remark}") };
        var bench = new LiveStation(clock, time)
        {
            Simulated = simulated,
            Noticed = Notice,
            Minute = LookAtRoom,
            Counted = (device, samples) => station.Delivery.News.Samples(device, samples.Expected, samples.Received),
            WallClockStepped = by => said(new JsonObject { ["event"] = "clock_stepped", ["by_s"] = Math.Round(by.TotalSeconds, 3) }.ToJsonString(Plain)),
        };
        ExaminationSettings settings = Settings(configuration);
        foreach (Guid corrected in await station.HalfCorrectedAsync(cancel))
        {
            Complete(station, corrected, settings, clock.UtcZeroNs + clock.NowNs, bench, said);
        }

        await new Retention(station, said, time).TrimAsync(int.MaxValue, cancel);
        double hoursLeft = station.HoursLeft;
        said(string.Create(CultureInfo.InvariantCulture, $"room for {hoursLeft:0} h of recording"));
        Guid? unfinished = await station.UnfinishedAsync(cancel);
        if (unfinished is null && hoursLeft < station.Configuration.Storage.FloorHours)
        {
            station.Delivery.News.Tell(new TechnicalEvent(TechnicalEventType.Storage, "no-room", TechnicalSeverity.Error, null, "no new examination begins: the disk has no room for its recording"));
            throw new CommandFailure(
                string.Create(CultureInfo.InvariantCulture, $"no new examination begins: the disk has room for {hoursLeft:0.0} h of recording, and {station.Configuration.Storage.FloorHours:0.#} h are the floor"),
                station.Data,
                "make room there, or lower storage.floor_hours in station.json");
        }

        Guid id = unfinished ?? Identifiers.Version7(time.GetUtcNow(), RandomNumberGenerator.GetBytes(Identifiers.RandomBytes));
        ExaminationFolder folder = station.Folder(id);
        try
        {
            long takenUpAtNs = clock.NowNs;
            long nowUtcNs = clock.UtcZeroNs + takenUpAtNs;
            TakenUp taken = folder.TakeUp(settings, nowUtcNs, _ => nowUtcNs, 1, bench, fold => station.Chart(id, fold));
            if (taken.Examination is not { } examination || examination.Fold.IsEnded)
            {
                return (taken.Fold, id);
            }

            using (examination)
            {
                bench.Begin(examination, takenUpAtNs);
                examination.Onlooker = board;
                board?.Begin(id, examination.Fold, bench);
                LookAtRoom();
                Connect(configuration, bench, links, simulated, clock, time, said);
                said($"examination {id}: {(taken.Recovered is null ? "begun" : "taken up again")}; acts as JSON lines on standard input");
                using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                Task watched = reload is null ? Task.CompletedTask : reload.RunAsync(ChangeAsync, Refuse, watching.Token);
                await ExamineAsync(station, bench, user, acts, said, time, cancel);
                await watching.CancelAsync();
                await watched.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return (examination.Fold, id);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            board?.Stop($"The examination stopped: its tape cannot be written ({e.Message}). Make room on the disk and start the station again; what was recorded before is kept.");
            station.Delivery.News.Tell(new TechnicalEvent(TechnicalEventType.Storage, "tape-failed", TechnicalSeverity.Error, null, "the examination stopped: its tape cannot be written"));
            throw new CommandFailure($"the examination stopped: {e.Message}", folder.Path, "make room on the disk and start the station again: what was recorded before is kept, and the examination goes on from there", e);
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            board?.Stop("The examination stopped: the record cannot be written. Make room on the disk and start the station again; the acts are on the tape.");
            station.Delivery.News.Tell(new OutboxEvent(OutboxEventKind.RecordFailed, null, "the examination stopped: the record cannot be written"));
            string what = e.InnerException?.Message ?? e.Message;
            throw new CommandFailure($"the examination stopped, the record cannot be written: {what}", station.Data, "make room on the disk and start the station again: the acts are on the tape, and the record is completed from there", e);
        }
        finally
        {
            station.Delivery.News.NoDevices();
        }

        async Task ChangeAsync(ReloadedConfiguration reloaded, CancellationToken stopping)
        {
            ConfigurationChange change = InExamination(reloaded.Change, bench);
            await AuditAsync(reloaded with { Change = change }, stopping);
            await ReplaceAsync(change, reloaded.Written, bench, links, simulated, clock, time, stopping);
        }

        // Nothing of a change is done before its entry is durable.
        async Task AuditAsync(ReloadedConfiguration reloaded, CancellationToken stopping)
        {
            try
            {
                await new StationAudit(station.Database).WriteAsync(reloaded.ToAudit(UtcNs.Of(time.GetUtcNow())), stopping);
            }
            catch (Exception failure) when (failure is DbException or DbUpdateException)
            {
                throw new CommandFailure("the change of the station file is not taken: the audit trail cannot be written", station.Data, $"look at record.db and the room on its disk ({failure.InnerException?.Message ?? failure.Message})", failure);
            }

            said(reloaded.Change.ToJson().ToJsonString(Plain));
            station.Delivery.News.Tell(new TechnicalEvent(TechnicalEventType.Security, "configuration-changed", TechnicalSeverity.Info, null, reloaded.Change.Words));
        }

        void Refuse(string why)
        {
            said(new JsonObject { ["event"] = "configuration_refused", ["why"] = why }.ToJsonString(Plain));
            station.Delivery.News.Tell(new TechnicalEvent(TechnicalEventType.Security, "configuration-refused", TechnicalSeverity.Error, null, "the changed station file is wrong; what was in force stays"));
        }

        void LookAtRoom()
        {
            double left = station.HoursLeft;
            if (board is not null)
            {
                board.HoursLeft = left;
                board.IsShortOfRoom = left < station.Configuration.Storage.FloorHours;
            }
        }

        void Notice(LinkNotice notice)
        {
            said(notice.ToJson().ToJsonString(Plain));
            station.Delivery.News.Tell(notice);
            board?.Tell(notice);
        }
    }

    /// <summary>Completes a correction that was cut off. One that cannot be completed is said, and holds up no examination.</summary>
    private static void Complete(StationHost station, Guid corrected, ExaminationSettings settings, long atUtcNs, LiveStation bench, Action<string> said)
    {
        try
        {
            station.Folder(corrected).TakeUp(settings, atUtcNs, _ => atUtcNs, 1, bench, fold => station.Chart(corrected, fold)).Examination?.Dispose();
            said($"examination {corrected}: the correction that was cut off is completed");
        }
        catch (Exception e) when (e is CommandFailure or IOException or UnauthorizedAccessException or FormatException or InvalidOperationException or DbException or DbUpdateException)
        {
            station.Delivery.News.Tell(new TechnicalEvent(TechnicalEventType.Storage, "correction-failed", TechnicalSeverity.Error, null, "a correction of an ended examination could not be completed"));
            said($"examination {corrected}: the correction that was cut off could not be completed ({e.Message}); look at {station.Folder(corrected).Path} with 'acquisition verify'");
        }
    }

    private static async Task ExamineAsync(StationHost station, LiveStation bench, string user, TextReader acts, Action<string> said, TimeProvider time, CancellationToken cancel)
    {
        // Not disposed: an abandoned read of the acts may still look at it.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task door = Task.Run(() => ReadActsAsync(station, bench, user, acts, said, stop), CancellationToken.None);
        try
        {
            await bench.RunAsync(stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            // A read of standard input cannot be cancelled: it is abandoned, not awaited.
            await Task.WhenAny(door, Task.Delay(TimeSpan.FromMilliseconds(250), time, CancellationToken.None));
        }
    }

    /// <summary>Joins the devices of the examination; one that was configured or changed after it began waits for the next examination.</summary>
    private static void Connect(StationConfiguration station, LiveStation bench, LinkFactory links, SimulatedDevices? simulated, ITapeClock clock, TimeProvider time, Action<string> said)
    {
        IReadOnlyList<ChannelSettings> channels = bench.Examination.Fold.Settings!.Channels;
        for (int i = 0; i < station.Devices.Count; i++)
        {
            DeviceConfiguration device = station.Devices[i];
            if (channels.Any(c => IsSame(c, device) && !IsOf(c, device)))
            {
                said($"{device.Name} has other options than when this examination began, whose values rest on those: it joins the next one; write the old ones back to go on with it here");
                continue;
            }

            if (!channels.Any(c => IsOf(c, device)))
            {
                said($"{device.Name} is not part of this examination, which began without it or with another in its place: it joins the next one");
                continue;
            }

            bench.Add(LinkOf(device, i + 1, bench, links, simulated, clock, time), device.Simulate ? null : device.Link);
        }

        foreach (ChannelSettings missing in channels.Where(c => !station.Devices.Any(d => IsSame(c, d))))
        {
            said($"{missing.Name} ({missing.Protocol}) belongs to this examination and is not configured any more: configure it, or end the examination without it");
        }
    }

    /// <summary>A device that does not belong to the examination waits for the next one with everything that is its own.</summary>
    private static ConfigurationChange InExamination(ConfigurationChange change, LiveStation bench)
    {
        ILookup<bool, DeviceConfiguration> lines = change.Lines.ToLookup(device => bench.Examination.Fold.Settings!.Channels.Any(c => IsOf(c, device)));
        return change with { Lines = [.. lines[true]], NextExamination = [.. change.NextExamination, .. lines[false].Select(d => d.Name)] };
    }

    /// <summary>Closes and opens the lines that are set otherwise now.</summary>
    private static async Task ReplaceAsync(
        ConfigurationChange change, StationConfiguration written, LiveStation bench, LinkFactory links, SimulatedDevices? simulated, ITapeClock clock, TimeProvider time, CancellationToken cancel)
    {
        foreach (DeviceConfiguration device in change.Lines)
        {
            int seed = written.Devices.ToList().FindIndex(d => d.Name == device.Name) + 1;
            await bench.ReplaceAsync(LinkOf(device, seed, bench, links, simulated, clock, time), device.Simulate ? null : device.Link, cancel);
        }
    }

    /// <param name="seed">Of the jitter: another for each line, so that those lost together do not come back in step.</param>
    private static SupervisedLink LinkOf(DeviceConfiguration device, int seed, LiveStation bench, LinkFactory links, SimulatedDevices? simulated, ITapeClock clock, TimeProvider time) => new(
        device.Name,
        device.Silence,
        device.Simulate ? _ => ValueTask.FromResult(simulated!.Open(device.Name)) : cancel => links.OpenAsync(device.Link!, cancel),
        bench.Events,
        clock,
        time,
        new Random(seed))
    {
        NotConnected = why => bench.NotConnected(device.Name, why),
        Inputs = inputs => bench.Inputs(device.Name, inputs),
    };

    /// <summary>Whether a configured device is the one that the examination began with: a simulator never takes a real device's place, nor the reverse,
    /// since the tape says once for the whole examination which it is.</summary>
    private static bool IsOf(ChannelSettings channel, DeviceConfiguration device) =>
        IsSame(channel, device) && (device.SkinSensor is not { } sensor || (channel.SkinSensor ?? SkinSensorSettings.Usual) == sensor);

    /// <summary>The same, whatever the options of an electrode say.</summary>
    private static bool IsSame(ChannelSettings channel, DeviceConfiguration device) =>
        channel.Name == device.Name && channel.Protocol == device.Protocol.Name && channel.Simulated == device.Simulated && channel.Options == device.Options && channel.Transducer == device.Transducer;

    private static async Task ReadActsAsync(StationHost station, LiveStation bench, string user, TextReader acts, Action<string> said, CancellationTokenSource stop)
    {
        try
        {
            var lines = new ActLines(acts);
            while (await lines.ReadAsync(stop.Token) is { } line)
            {
                if (line.Text is null)
                {
                    said(new JsonObject { ["refused"] = $"the line is longer than {ActLines.Longest} characters" }.ToJsonString(Plain));
                }
                else if (line.Text.Trim().Length > 0)
                {
                    said((await DoAsync(station, bench, user, line.Text, stop.Token)).ToJsonString(Plain));
                }
            }

            // No more acts can come. What runs is stopped with the station; the examination can be taken up again.
            await stop.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // the station stopped
        }
        catch (Exception e) when (e is IOException or DbException or DbUpdateException)
        {
            // the act found the tape or the record broken; the loop says so and stops
        }
    }

    /// <summary>Does the act of a line on the examination that runs, or on the ended one it addresses.</summary>
    private static async Task<JsonObject> DoAsync(StationHost station, LiveStation bench, string user, string line, CancellationToken cancel)
    {
        try
        {
            if (DeliveryDecision.Read(line) is { } decision)
            {
                await station.Delivery.Outbox.DecideAsync(decision.Message, decision.Consumer, decision.Resend, user, decision.Reason, cancel);
                return new JsonObject { ["decided"] = decision.Message.ToString(), ["decision"] = decision.Resend ? "resend" : "close" };
            }

            if (ActDoor.Addressed(line) is { } ended && ended != bench.Examination.Id)
            {
                (ExaminationFold? corrected, string? why) = await station.CorrectAsync(ended, (fold, now) => ActDoor.Read(line, fold, now), user, cancel);
                return why is null ? Answer(corrected!) : Refused(why);
            }
        }
        catch (Exception e) when (e is FormatException or CommandFailure or InvalidOperationException)
        {
            return Refused(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException or DbUpdateException)
        {
            return Refused($"the correction could not be completed ({e.InnerException?.Message ?? e.Message}): make room on the disk and start the station again, which goes on with what is on the tape");
        }

        return await bench.PerformAsync((fold, now) => ActDoor.Read(line, fold, now), user, cancel) is { } refusal ? Refused(refusal) : Answer(bench.Examination.Fold);
    }

    private static JsonObject Refused(string why) => new() { ["refused"] = why };

    private static JsonObject Answer(ExaminationFold fold)
    {
        return new JsonObject
        {
            ["done"] = fold.Acts.All[^1].Number,
            ["simulated"] = fold.Settings!.Simulated,
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
