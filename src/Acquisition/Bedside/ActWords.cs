using Vascular.Acquisition.Examinations;

namespace Vascular.Acquisition.Bedside;

/// <summary>An act in a few words, for the one who may undo it.</summary>
public static class ActWords
{
    public static string Of(ExaminationFold fold, Act act)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return act switch
        {
            Act.Bind bind => $"{bind.Link} on {SiteWords.Short(bind.Site)}",
            Act.Mark => "mark",
            Act.MoveEndPoint move => $"end point of {Step(fold, move.Step)}",
            Act.Accept accept => $"accept {Accepted(fold, accept)}",
            Act.NotObtainable given => $"{Step(fold, given.Step)} not obtainable",
            Act.Amputated lost => $"{SiteWords.Word(lost.Side)} leg amputated",
            Act.Comment => "comment",
            Act.Temperature entered => $"{entered.Where} temperature",
            Act.CuffSize => "cuff size",
            Act.Evidence entered => $"evidence sheet of the {SiteWords.Word(entered.Side)} leg",
            Act.SignEvidence signed => $"signature under the evidence sheet of the {SiteWords.Word(signed.Side)} leg",
            _ => act.Kind,
        };
    }

    private static string Accepted(ExaminationFold fold, Act.Accept accept) => accept.Findings.Count == 1
        && fold.Findings.FirstOrDefault(f => f.Id == accept.Findings[0].Id) is { } one && one.Step != ProtocolStep.Derived
        ? Step(fold, one.Step)
        : $"{accept.Findings.Count} findings";

    private static string Step(ExaminationFold fold, string key) => fold.Settings?.Step(key) is { } step ? StepWords.Name(step) : key;
}
