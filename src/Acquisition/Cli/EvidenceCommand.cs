using System.CommandLine;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition evidence EXAM|DIR --entries FILE</c>: the evidence sheet of deep vein arterialization of one examination.</summary>
public static class EvidenceCommand
{
    public static Command Build()
    {
        Argument<string> tape = new("EXAM|DIR") { Description = "An examination of the data folder, or the folder of its tape." };
        Option<string?> entries = new("--entries") { Description = "What people answered: JSON (docs/evidence-sheet.md). Without it: what was entered in the examination itself." };
        Option<string> limb = new("--limb") { Description = "Without --entries: right or left.", DefaultValueFactory = _ => "right" };
        limb.AcceptOnlyFromAmong("right", "left");
        Option<string?> data = new("--data") { Description = "The data folder." };
        Option<string?> keys = new("--keys") { Description = "The station's keys folder." };
        Option<string> format = new("--format") { Description = "text, html (a page for paper) or fhir (QuestionnaireResponse).", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "html", "fhir");
        Command command = new("evidence", "Four steps as a checklist, each answer with the findings, traces and frames it rests on, and what is missing. A state of the list as entered, never an indication.")
        {
            tape, entries, limb, data, keys, format,
        };
        command.SetAction((parsed, cancel) =>
        {
            string folder = TapeArgument.Folder(parsed.GetValue(tape)!, parsed.GetValue(data));
            EvidenceEntries? given = parsed.GetValue(entries) is { } file ? ReadEntries(file) : null;
            ExaminationFold fold = TapedExamination.Read(folder, KeysArgument.Folder(parsed.GetValue(keys)), cancel).Replay.Fold;
            ExaminationEvidence evidence = given is not null ? Of(fold, given, parsed.GetRequiredValue(entries)!) : Entered(fold, parsed.GetValue(limb) == "right" ? Side.Right : Side.Left, folder);
            TextWriter output = parsed.InvocationConfiguration.Output;
            output.WriteLine(parsed.GetValue(format) switch { "html" => EvidencePage.Of(evidence).TrimEnd(), "fhir" => EvidenceResponse.Text(evidence), _ => Lines(evidence) });
            return Task.FromResult(CommandLine.Done);
        });
        return command;
    }

    private static ExaminationEvidence Entered(ExaminationFold fold, Side side, string folder) => fold.Evidence.Of(side) is { IsEntered: true, Evidence: var evidence }
        ? evidence
        : throw new CommandFailure($"nothing was entered in this examination for the {(side == Side.Right ? "right" : "left")} leg", folder, "enter it at the page, name the other --limb, or give a file with --entries");

    private static ExaminationEvidence Of(ExaminationFold fold, EvidenceEntries entries, string file)
    {
        try
        {
            return ExaminationEvidence.Of(fold, entries);
        }
        catch (FormatException wrong)
        {
            throw new CommandFailure(wrong.Message, file, "name a measure that was accepted, or leave it out", wrong);
        }
    }

    private static EvidenceEntries ReadEntries(string file)
    {
        try
        {
            return EvidenceEntries.Parse(File.ReadAllText(file));
        }
        catch (FormatException wrong)
        {
            throw new CommandFailure(wrong.Message, file, "correct it (docs/evidence-sheet.md has an example)", wrong);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("the entries cannot be read", file, "give the path of the JSON file", refused);
        }
    }

    private static string Lines(ExaminationEvidence evidence)
    {
        EvidenceSheet sheet = evidence.Sheet;
        List<string> lines = [$"{evidence.Limb} leg, examination {evidence.Examination}{(evidence.Simulated ? "  SIMULATED (HTEST): no patient" : "")}", $"state: {sheet.State} (a state of the list, not an indication)"];
        foreach (EvidenceLine line in sheet.Lines)
        {
            lines.Add($"{line.Question.Step}  {Mark(line.Standing),-8} {line.Question.Text}: {(line.Answer == ChecklistAnswer.Unknown ? "not answered" : line.Answer.ToString().ToLowerInvariant())}");
            lines.AddRange(line.Support.Select(s => $"             {(s.Kind == EvidenceKind.Statement ? "" : s.Kind.ToString().ToLowerInvariant() + " ")}{s.Words}{(s.Reference.Length > 0 ? $" [{s.Reference}]" : "")}"));
        }

        lines.AddRange(sheet.Missing.Select(m => $"missing  {m}"));
        lines.AddRange(evidence.Beside.Select(b => $"beside   {b}"));
        return string.Join('\n', lines);
    }

    private static string Mark(LineStanding standing) => standing switch { LineStanding.Met => "met", LineStanding.NotMet => "NOT MET", _ => "missing" };
}
