using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Simulators.Scripts;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition serve</c>: the service.</summary>
public static class ServeCommand
{
    /// <summary>How long <c>--once</c> waits for the consumers after the examination ended.</summary>
    private static readonly TimeSpan DeliveryDeadline = TimeSpan.FromSeconds(60);

    public static Command Build()
    {
        Option<string?> config = new("--config") { Description = "Station file (config/station.json is an example). Without it: defaults and no devices.", HelpName = "FILE" };
        Option<string?> data = new("--data") { Description = "Data folder (default $XDG_STATE_HOME/vascular-acquisition).", HelpName = "DIR" };
        Option<string?> keys = new("--keys") { Description = "Folder of the station's keys (default $XDG_CONFIG_HOME/vascular-acquisition/keys).", HelpName = "DIR" };
        Option<string?> scenario = new("--scenario") { Description = "Play this scenario on simulated devices instead of reading real ones: a name (see 'simulate list') or a .yaml file.", HelpName = "NAME" };
        Option<bool> once = new("--once") { Description = "With --scenario: play it to the end as fast as it goes, wait for delivery, print the results, exit." };
        Option<double?> speed = new("--speed") { Description = "With --scenario: simulated seconds a second (default 10; with --once as fast as it goes).", HelpName = "N" };
        Option<ulong?> seed = new("--seed") { Description = "With --scenario: seed in place of the scenario's own.", HelpName = "N" };
        Option<string> user = new("--user") { Description = "Who examines, for the acts read from standard input and done at the page.", DefaultValueFactory = _ => "technician", HelpName = "NAME" };
        Option<bool> noInput = new("--no-input") { Description = "With real devices: acts come from the page alone; standard input is not read; the page stays after the examination and begins the next one." };
        speed.Validators.Add(v =>
        {
            if (v.GetValueOrDefault<double?>() is { } n && !(n > 0 && double.IsFinite(n)))
            {
                v.AddError("--speed is a number above 0");
            }
        });
        Command command = new("serve", "Runs the station: devices, tape, record and delivery. Without --scenario it reads the devices of --config, and acts as JSON lines from standard input.") { config, data, keys, scenario, once, speed, seed, user, noInput };
        command.SetAction(async (parsed, cancel) =>
        {
            StationConfiguration station = parsed.GetValue(config) is { } file
                ? StationConfiguration.Read(file)
                : new StationConfiguration { Site = "lab-a", Gateway = "bedside-box-01", Consumers = ["ehr-bridge"] };
            TextWriter output = parsed.InvocationConfiguration.Output;
            string? stationFile = parsed.GetValue(config);
            var serving = new Serving(station, stationFile, DataFolder.PathFor(parsed.GetValue(data), Environment.GetEnvironmentVariable), KeysArgument.Folder(parsed.GetValue(keys)), parsed.GetValue(user)!, output, parsed.InvocationConfiguration.Error);
            return parsed.GetValue(scenario) is { } name
                ? await serving.PlayAsync(name, parsed.GetValue(seed), parsed.GetValue(once), parsed.GetValue(speed), cancel)
                : await serving.ExamineAsync(parsed.GetValue(noInput) ? null : Console.In, cancel);
        });
        return command;
    }

    /// <summary>One run of the command.</summary>
    private sealed class Serving(StationConfiguration configuration, string? file, string data, string keys, string user, TextWriter output, TextWriter errors)
    {
        private readonly TimeProvider _time = TimeProvider.System;
        private readonly Lock _saying = new();
        private readonly BedsideBoard _board = new(TimeProvider.System);
        private readonly BedsideDelivery _delivery = new(TimeProvider.System);
        private readonly BedsideStudies _studies = new(TimeProvider.System);

        public async Task<int> PlayAsync(string name, ulong? seed, bool once, double? speed, CancellationToken cancel)
        {
            Scenario scenario = Load(name);
            await using StationHost station = await StartAsync(cancel);
            await using StationArchive? archive = once ? null : await ArchiveAsync(station);
            using ReadingRoom? room = Room(station, archive);
            await using BedsideHost? page = once ? null : await PageAsync(station, archive, room);
            double? paced = speed ?? (once ? null : 10);
            Guid id = ScenarioSettings.ExaminationId(scenario, seed ?? scenario.Seed);
            Say($"examination {id}: {scenario.Title}, simulated{(paced is { } n ? string.Create(CultureInfo.InvariantCulture, $" at {n}x") : string.Empty)}");
            ExaminationFold fold = await Task.Factory.StartNew(
                () => ScenarioPlay.Run(station, scenario, seed ?? scenario.Seed, paced, Say, _time, cancel, page is null ? null : _board), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            IReadOnlyList<OutboxStatus> rows = await station.Delivery.Outbox.WaitUntilSettledAsync(id, DeliveryDeadline, cancel);
            ResultsTable.Print(Terminal(), id, fold, rows);
            Say($"data {data}");
            if (!once)
            {
                Say("serving; Ctrl-C stops");
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return CommandLine.Done;
            }

            return rows.Count > 0 && rows.All(r => r.State is OutboxState.Settled or OutboxState.SentNotConfirmed)
                ? CommandLine.Done
                : throw new CommandFailure($"the result is {ResultsTable.Delivery(rows)}", $"after {DeliveryDeadline.TotalSeconds:0} s", "see that the consumer runs and may read; the outbox keeps the result and sends it again at the next start");
        }

        /// <param name="acts">Null: they come from the page alone.</param>
        public async Task<int> ExamineAsync(TextReader? acts, CancellationToken cancel)
        {
            await using StationHost station = await StartAsync(cancel);
            await using StationArchive? archive = await ArchiveAsync(station);
            using ReadingRoom? room = Room(station, archive);
            await using BedsideHost page = await PageAsync(station, archive, room);
            ConfigurationReload? reload = file is null ? null : new ConfigurationReload(file, configuration, _time);
            using PosixSignalRegistration? asked = reload is null ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                reload.Ask();
            });
            var retention = new Retention(station, Say, _time);
            using var serving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            Task keeping = retention.RunAsync(serving.Token);
            try
            {
                return await ExamineAsync(station, acts, reload, retention, cancel);
            }
            finally
            {
                await serving.CancelAsync();
                await keeping;
            }
        }

        private async Task<int> ExamineAsync(StationHost station, TextReader? acts, ConfigurationReload? reload, Retention retention, CancellationToken cancel)
        {
            while (true)
            {
                (ExaminationFold fold, Guid id) = await LiveExamination.RunAsync(station, user, acts ?? new NoActs(_time), Say, _time, cancel, _board, reload);
                if (!fold.IsEnded)
                {
                    Say($"examination {id} was not ended; the next start of this station goes on with it");
                    return CommandLine.Done;
                }

                retention.Ask();

                // The next patient does not wait for the consumers of the last one.
                Task next = acts is null ? _board.NextAskedAsync(cancel) : Task.Delay(Timeout.InfiniteTimeSpan, _time, cancel);
                Task<IReadOnlyList<OutboxStatus>> settled = station.Delivery.Outbox.WaitUntilSettledAsync(id, DeliveryDeadline, cancel);
                if (await Task.WhenAny(settled, next) == settled)
                {
                    ResultsTable.Print(Terminal(), id, fold, await settled);
                }

                if (acts is not null)
                {
                    return CommandLine.Done;
                }

                Say("serving; Ctrl-C stops, and the page begins the next examination");
                await next.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (cancel.IsCancellationRequested)
                {
                    return CommandLine.Done;
                }
            }
        }

        private async Task<StationHost> StartAsync(CancellationToken cancel)
        {
            StationHost station = await StationHost.StartAsync(configuration, data, keys, Notice, _time, cancel);
            if (station.Delivery.Moved)
            {
                await errors.WriteLineAsync($"port {configuration.Broker.Port} is in use: the broker listens on {station.Delivery.Address.Port}");
            }

            Say($"listening on {station.Delivery.Address.GetLeftPart(UriPartial.Authority)}");
            return station;
        }

        /// <summary>The archive of angiograms, where the station has one. What keeps it from starting keeps nothing else.</summary>
        private async Task<StationArchive?> ArchiveAsync(StationHost station)
        {
            if (configuration.Archive is not { } wanted)
            {
                return null;
            }

            try
            {
                return await StationArchive.StartAsync(wanted, station.Data, keys, station.Database, configuration.Page.PatientSystem, Told, _time);
            }
            catch (CommandFailure missing)
            {
                Told(new ArchiveNotice("archive-down", true, $"there is no archive: {missing.Message}"));
                return null;
            }

            void Told(ArchiveNotice notice)
            {
                if (notice.IsTrouble)
                {
                    errors.WriteLine($"archive: {notice.Text}");
                }
                else
                {
                    Say(notice.Text.StartsWith("listening on", StringComparison.Ordinal) ? notice.Text : $"archive: {notice.Text}");
                }

                _studies.Tell();
                if (notice.Code is "archive-up" or "archive-down")
                {
                    _board.ArchiveStands(notice.IsTrouble ? notice.Text : null);
                    station.Delivery.News.Tell(new TechnicalEvent(TechnicalEventType.Storage, notice.Code, notice.IsTrouble ? TechnicalSeverity.Error : TechnicalSeverity.Info, null, notice.IsTrouble ? "the archive of angiograms is away" : "the archive of angiograms answers"));
                }
            }
        }

        /// <summary>Where angiograms are looked at, as the record knows them; null without an archive.</summary>
        private static ReadingRoom? Room(StationHost station, StationArchive? archive) =>
            archive is null ? null : new ReadingRoom(archive.Images, ReadingRoom.Spool(station.Data), new StudyRecord(station.Database));

        private async Task<BedsideHost> PageAsync(StationHost station, StationArchive? archive, ReadingRoom? room)
        {
            var context = new BedsideContext(_board, _delivery, station.Database, user, configuration.Page.PatientSystem, _time) { Shelf = new ExaminationShelf(station, _board, _time), Angiograms = room, Studies = room is null ? null : _studies, Worklist = archive?.Worklist };
            BedsideHost page = await BedsideHost.StartAsync(configuration.Page.Port, context, Missing);
            if (page.Moved)
            {
                await errors.WriteLineAsync($"port {configuration.Page.Port} is in use: the page listens on {page.Address.Port}");
            }

            Say($"listening on {page.Address.GetLeftPart(UriPartial.Authority)} (bedside page)");
            return page;
        }

        /// <summary>What an examination would miss now.</summary>
        private List<string> Missing()
        {
            List<string> missing = [];
            if (_board.View is not { } view)
            {
                missing.Add("no examination has begun");
            }
            else
            {
                missing.AddRange(view.IsEnded ? [] : view.Devices.Where(d => !d.IsWell).Select(d => $"{d.Name} is {d.State}"));
            }

            if (_board is { IsShortOfRoom: true, HoursLeft: { } hours })
            {
                missing.Add(string.Create(CultureInfo.InvariantCulture, $"the disk has room for {hours:0.0} h of recording"));
            }

            if (_board.Trouble is { } trouble)
            {
                missing.Add(trouble);
            }

            if (_board.ArchiveTrouble is { } away)
            {
                missing.Add(away);
            }

            if (_delivery.View.LineIsUp is not true)
            {
                missing.Add("the line to the broker is down");
            }

            return missing;
        }

        private static Scenario Load(string name)
        {
            try
            {
                if (!name.EndsWith(".yaml", StringComparison.Ordinal))
                {
                    return ScenarioFile.Load(name);
                }

                using StreamReader text = File.OpenText(name);
                return ScenarioFile.Read(text, name);
            }
            catch (ScenarioFault e)
            {
                throw new CommandFailure(e.Message, $"scenario '{name}'", "correct it, or choose one that 'simulate list' names", e);
            }
            catch (Exception e) when (e is KeyNotFoundException or FileNotFoundException or DirectoryNotFoundException or ArgumentException)
            {
                throw new CommandFailure($"no scenario '{name}'", "in this version", "choose one that 'simulate list' names", e);
            }
        }

        /// <summary>What goes as it should is not said here: the table says it at the end.</summary>
        private void Notice(OutboxEvent happened)
        {
            _delivery.Tell(happened);
            string? line = happened.Kind switch
            {
                OutboxEventKind.LineLost => $"the line to the broker is down ({happened.Detail}); results are kept and sent when it is back",
                OutboxEventKind.BrokerNotBelieved => $"{happened.Detail}: look at who answers there, and at ca_file; results are kept",
                OutboxEventKind.NobodySubscribed => "no consumer is subscribed; the result is kept and sent again when one is",
                OutboxEventKind.BrokerRefused => $"the broker refused a result ({happened.Detail}); it is kept: look at the broker's log",
                OutboxEventKind.TooLarge or OutboxEventKind.BrokerTakesLess => happened.Detail,
                OutboxEventKind.NotAuthorised => "the broker does not let this station publish; the result is kept: look at the broker's rights",
                OutboxEventKind.RecordFailed => $"the record database failed ({happened.Detail}); it is tried again: look at record.db and the room on its disk",
                OutboxEventKind.Rejected => $"{happened.Detail} rejected message {happened.MessageId}: a person must decide (resend, correct, or close with a reason)",
                OutboxEventKind.LateAcknowledgement or OutboxEventKind.ForeignAcknowledgement or OutboxEventKind.UnknownAcknowledgement =>
                    $"an acknowledgement nobody waits for, from {happened.Detail}, for message {happened.MessageId}",
                OutboxEventKind.UnreadableLetter => $"a letter that cannot be read: {happened.Detail}",
                _ => null,
            };
            if (line is not null)
            {
                errors.WriteLine($"delivery: {line}");
            }
        }

        /// <summary>One line, whole, from whichever thread it comes.</summary>
        private void Say(string line)
        {
            lock (_saying)
            {
                output.WriteLine(line);
                output.Flush();
            }
        }

        private IAnsiConsole Terminal()
        {
            IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
            // A pipe has no width of its own: the table keeps its lines whole.
            console.Profile.Width = Math.Max(console.Profile.Width, 160);
            return console;
        }
    }
}
