using Hl7.Fhir.Model;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>What stands beside a finding's value: uncertainty, bounds, rule, the words printed, and further numbers of the same measurement.</summary>
public static class ObservationComponents
{
    public static IEnumerable<Observation.ComponentComponent> Of(Finding finding, string ruleVersion)
    {
        if (finding.Uncertainty is { } halfWidth)
        {
            yield return Component("uncertainty", Quantities.Rounded(halfWidth, finding.Unit));
        }

        if (finding.State == MeasurementState.Interval && Bounds(finding) is { } bounds)
        {
            yield return bounds;
        }

        foreach (FindingPart part in finding.Parts)
        {
            yield return Part(part);
        }

        yield return Component("printed-result", new FhirString(finding.Printed));
        yield return Component("rule-version", new FhirString(ruleVersion));
    }

    /// <summary>Two-sided bounds are a range; a one-sided one keeps its comparator, so that nobody charts the bound as the value.</summary>
    private static Observation.ComponentComponent? Bounds(Finding finding) => (finding.Lower, finding.Upper) switch
    {
        ({ } lower, { } upper) => Component("bounds", Quantities.Range(lower, upper, finding.Unit)),
        ({ } lower, null) => Component("index-bound", Quantities.Of(lower, finding.Unit, Quantity.QuantityComparator.GreaterThan)),
        (null, { } upper) => Component("index-bound", Quantities.Of(upper, finding.Unit, Quantity.QuantityComparator.LessThan)),
        _ => null,
    };

    private static Observation.ComponentComponent Part(FindingPart part)
    {
        Observation.ComponentComponent component = new()
        {
            // a number we have no code for is named in words rather than by a code that nobody defined
            Code = MeasureCode.TryFind(part.Name, out MeasureCode? known) ? known!.Concept(Side.Right) : new CodeableConcept { Text = part.Name },
        };
        if (part.Value is { } value)
        {
            component.Value = Quantities.Rounded(value, part.Unit);
        }
        else
        {
            component.DataAbsentReason = new CodeableConcept { Coding = [new Coding(Systems.DataAbsentReason, "unknown")], Text = part.Reason };
        }

        return component;
    }

    private static Observation.ComponentComponent Component(string code, DataType value) =>
        new() { Code = MeasureCode.Find(code).OwnConcept(), Value = value };
}
