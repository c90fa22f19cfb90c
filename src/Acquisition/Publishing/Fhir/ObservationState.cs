using Hl7.Fhir.Model;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>What is known about a finding, as value, reason for no value, and interpretation. The one place where our states become FHIR.</summary>
public static class ObservationState
{
    /// <param name="leftOut">Why the samples of a waveform are not in the message; null when they are.</param>
    /// <exception cref="ArgumentException">A running finding (it is never sent), or one that contradicts its state: measured without a value, over a limit without the limit.</exception>
    public static void Write(Finding finding, MeasureCode measure, Observation observation, string? leftOut = null)
    {
        switch (finding.State)
        {
            case MeasurementState.Measured:
                WriteValue(finding, observation, leftOut);
                break;
            case MeasurementState.AboveLimit:
                observation.Value = Quantities.Of(Limit(finding), finding.Unit, Quantity.QuantityComparator.GreaterThan);
                Interpret(observation, new Coding(Systems.Interpretation, ">", "Off scale high"));
                break;
            case MeasurementState.BelowLimit:
                observation.Value = Quantities.Of(Limit(finding), finding.Unit, Quantity.QuantityComparator.LessThan);
                Interpret(observation, new Coding(Systems.Interpretation, "<", "Off scale low"));
                break;
            case MeasurementState.Unreliable:
                WriteValue(finding, observation, leftOut);
                Interpret(observation, MeasureCode.Find("unreliable").Own, finding.Reason ?? "Unreliable");
                break;
            case MeasurementState.Interval:
                observation.DataAbsentReason = NoValue("not-applicable", finding.Reason);
                break;
            case MeasurementState.Absent:
                observation.DataAbsentReason = NoValue("unknown", finding.Reason, MeasureCode.Find("no-pulse-found"));
                break;
            case MeasurementState.Unreadable:
                observation.DataAbsentReason = NoValue("error", finding.Reason);
                break;
            case MeasurementState.NotObtainable or MeasurementState.NotDone:
                observation.DataAbsentReason = NoValue("not-performed", finding.Reason);
                break;
            case MeasurementState.Amputated:
                observation.DataAbsentReason = NoValue("not-applicable", finding.Reason, MeasureCode.Find("amputated"));
                break;
            default:
                throw new ArgumentException($"The finding {finding.Name} is {finding.State.Word()}; only a result is sent.", nameof(finding));
        }

        if (IsNonCompressible(finding, measure))
        {
            Interpret(observation, MeasureCode.Find("non-compressible").Own, "Non-compressible");
        }

        WriteMarks(finding, observation);
    }

    /// <summary>A cuff pressure over the cuff's limit, and every index the rule calls so.</summary>
    private static bool IsNonCompressible(Finding finding, MeasureCode measure) =>
        (measure.Cuff && finding.State == MeasurementState.AboveLimit)
        || (finding.State == MeasurementState.Interval && (finding.Category == "noncompressible" || (measure.Code is "abi" or "abi-pt" or "abi-dp" or "tbi" && finding is { Lower: not null, Upper: null })));

    private static void WriteMarks(Finding finding, Observation observation)
    {
        if (finding is { Category: "abnormal", State: MeasurementState.Measured })
        {
            // the only abnormal class of an index is the low one; high ones are non-compressible
            Interpret(observation, new Coding(Systems.Interpretation, "L", "Low"));
        }

        if (finding.Category is { } category)
        {
            Interpret(observation, new Coding(Systems.Category, category));
        }

        foreach (string flag in finding.Flags)
        {
            Interpret(observation, flag == "flat-waveform" ? MeasureCode.Find(flag).Own : new Coding(Systems.Flag, flag));
        }
    }

    private static void WriteValue(Finding finding, Observation observation, string? leftOut)
    {
        if (leftOut is null)
        {
            observation.Value = Value(finding);
        }
        else
        {
            observation.DataAbsentReason = NoValue("unsupported", leftOut);
        }
    }

    private static DataType Value(Finding finding) => finding switch
    {
        { Value: { } value } => Quantities.Of(value, finding.Unit),
        { Trace: { } trace } => Waveform.Of(trace),
        _ => throw new ArgumentException($"The finding {finding.Name} is {finding.State.Word()} and has no value.", nameof(finding)),
    };

    private static double Limit(Finding finding) => finding.Limit
        ?? throw new ArgumentException($"The finding {finding.Name} is {finding.State.Word()} and does not say which limit.", nameof(finding));

    private static CodeableConcept NoValue(string reason, string? text, MeasureCode? ours = null)
    {
        CodeableConcept concept = new() { Text = text };
        concept.Coding.Add(new Coding(Systems.DataAbsentReason, reason));
        if (ours is not null)
        {
            concept.Coding.Add(ours.Own);
        }

        return concept;
    }

    private static void Interpret(Observation observation, Coding coding, string? text = null) =>
        observation.Interpretation.Add(new CodeableConcept { Coding = [coding], Text = text });
}
