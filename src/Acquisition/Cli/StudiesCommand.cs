using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Cli;

/// <summary><c>studies</c>: the archive's studies as the record knows them, and whose they are.</summary>
internal static class StudiesCommand
{
    public static Command Build()
    {
        Option<string?> data = new("--data") { Description = "Data folder (default $XDG_STATE_HOME/vascular-acquisition). The station may run.", HelpName = "DIR" };
        Option<bool> waiting = new("--to-bind") { Description = "Only those that wait for a person: not bound, or set aside." };
        Option<bool> json = new("--json") { Description = "One JSON document on stdout and nothing else." };
        Command command = new("studies", "Studies of the archive and whose leg each shows.") { data, waiting, json, Bind(data) };
        data.Recursive = true;
        command.SetAction(async (parsed, cancel) => await ListAsync(await StationRecord.OpenAsync(parsed.GetValue(data), cancel), parsed.GetValue(waiting), parsed.GetValue(json), cancel));
        return command;
    }

    private static Command Bind(Option<string?> data)
    {
        Argument<string> study = new("study") { Description = "Study Instance UID." };
        Option<string> patient = new("--patient") { Description = "The patient's identifier.", Required = true, HelpName = "ID" };
        Option<string> system = new("--system") { Description = "URI of who issues it.", Required = true, HelpName = "URI" };
        Option<string?> side = new("--side") { Description = "R or L, for every picture. Without it each keeps the side it names." };
        Option<string> user = new("--user") { Description = "Who says so.", Required = true, HelpName = "NAME" };
        side.AcceptOnlyFromAmong("R", "L");
        Command command = new("bind", "Says whose a study is; kept with who said it.") { study, patient, system, side, user };
        command.SetAction(async (parsed, cancel) =>
        {
            var record = new StudyRecord(await StationRecord.OpenAsync(parsed.GetValue(data), cancel));
            string uid = parsed.GetValue(study)!;
            string? refusal = await record.BindAsync(uid, parsed.GetValue(system)!, parsed.GetValue(patient)!, parsed.GetValue(side), parsed.GetValue(user)!, UtcNs.Of(TimeProvider.System.GetUtcNow()), cancel);
            return refusal is null ? CommandLine.Done : throw new CommandFailure(refusal, $"study {uid}", "look at 'acquisition studies' and say it again");
        });
        return command;
    }

    private static async Task<int> ListAsync(RecordDatabase database, bool waiting, bool json, CancellationToken cancel)
    {
        var record = new StudyRecord(database);
        IReadOnlyList<ArchivedStudy> studies = await record.ListAsync(waiting, cancel);
        if (json)
        {
            var list = new JsonArray();
            foreach (ArchivedStudy study in studies)
            {
                list.Add(ToJson(study, await record.PicturesAsync(study.Study, cancel)));
            }

            Console.Out.WriteLine(list.ToJsonString());
            return CommandLine.Done;
        }

        Table table = new Table().AddColumn(new TableColumn("study").NoWrap()).AddColumns("date", "patient", "leg", "pictures", "bound by", "doubts");
        foreach (ArchivedStudy study in studies)
        {
            IReadOnlyList<ArchivedPicture> pictures = await record.PicturesAsync(study.Study, cancel);
            string[] sides = [.. pictures.Select(p => p.Side ?? "?").Distinct().Order(StringComparer.Ordinal)];
            string[] cells =
            [
                study.Study, study.Date ?? "", study.PatientValue ?? study.PatientId ?? "", string.Join(" and ", sides),
                string.Create(CultureInfo.InvariantCulture, $"{pictures.Count(p => p.Fault is null)} of {pictures.Count}, version {study.Version}"),
                study.State == StudyState.SetAside ? "set aside" : study.BoundBy ?? "to be bound", study.Reason ?? string.Join("; ", StudyDoubtWords.Of(study.Doubts)),
            ];
            // a sender may have written anything: nothing of it moves the terminal's cursor
            table.AddRow(cells.Select(c => Markup.Escape(new string([.. c.Where(letter => !char.IsControl(letter))]))).ToArray());
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        console.Profile.Width = Math.Max(console.Profile.Width, 160);
        console.Write(table);
        return CommandLine.Done;
    }

    private static JsonObject ToJson(ArchivedStudy study, IReadOnlyList<ArchivedPicture> pictures) => new()
    {
        ["study"] = study.Study, ["version"] = study.Version, ["state"] = study.State == StudyState.SetAside ? "set_aside" : "readable", ["reason"] = study.Reason,
        ["date"] = study.Date, ["accession"] = study.Accession, ["patient_id"] = study.PatientId, ["patient_system"] = study.PatientSystem, ["patient"] = study.PatientValue,
        ["examination"] = study.Examination?.ToString(), ["bound_by"] = study.BoundBy, ["doubts"] = new JsonArray([.. StudyDoubtWords.Of(study.Doubts).Select(w => (JsonNode)w)]),
        ["pictures"] = new JsonArray([.. pictures.Select(p => (JsonNode)new JsonObject
        {
            ["series"] = p.Series, ["instance"] = p.Instance, ["modality"] = p.Modality, ["frames"] = p.Frames, ["rows"] = p.Rows, ["columns"] = p.Columns, ["side"] = p.Side, ["said_side"] = p.SaidSide,
            ["body_part"] = p.BodyPart, ["since_version"] = p.SinceVersion, ["fault"] = p.Fault,
        })]),
    };
}
