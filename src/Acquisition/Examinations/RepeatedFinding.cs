using System.Globalization;
using Vascular.Acquisition.Publishing;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What the readings of one step come to, as a finding that names each of them.</summary>
internal static class RepeatedFinding
{
    /// <param name="readings">Two or more, each with a statement, in the order they were taken.</param>
    public static Finding Of(Guid examination, int binding, ProtocolStep step, IReadOnlyList<Finding> readings, ExaminationSettings settings)
    {
        RepeatedPressures together = RepeatedPressures.Of([.. readings.Select(VesselPressure.Of)], settings.Rules.Pressures);
        string name = Identifiers.FindingName(binding, step.Together, 1, step.Measure, step.Site);
        Finding draft = new()
        {
            Id = Identifiers.Version5(examination, name),
            Version = 0,
            Name = name,
            Step = step.Together,
            Attempt = 1,
            Measure = step.Measure,
            Site = step.Site,
            State = MeasurementState.Unreadable,
            Unit = step.Unit,
            Printed = "unreadable",
            Method = Methods.RepeatedReadings.Name,
            MethodVersion = Methods.RepeatedReadings.Version,
            Flags = [.. readings.SelectMany(r => r.Flags).Concat(together.Flags).Concat(settings.Rules.FlagsOf("pressures.readings_apart_mmHg")).Distinct()],
            Inputs = [.. readings.Select(r => r.Id)],
            Links = [.. readings.SelectMany(r => r.Links).Distinct()],
            FromAtNs = readings[0].FromAtNs,
            ToAtNs = readings[^1].ToAtNs,
            Parts = [.. readings.Select((r, i) => new FindingPart($"reading-{i + 1}", r.Value, r.Unit, r.Value is null ? r.Printed : null))],
        };
        return together switch
        {
            { Together: null } => draft with { Reason = $"the readings contradict each other ({string.Join(" and ", readings.Select(r => r.Printed))}): take a third" },
            { Together: VesselPressure.Measured measured } => draft with
            {
                State = measured.State,
                Value = measured.MmHg,
                Unrounded = together.MmHg,
                Uncertainty = HalfWidth(readings, together.Middle, step, settings),
                Printed = measured.MmHg.ToString(CultureInfo.InvariantCulture),
                Reason = measured.Unreliable ? readings.First(r => r.State == MeasurementState.Unreliable).Reason : null,
            },
            { Middle: { } middle } => draft with
            {
                State = readings[middle].State,
                Limit = readings[middle].Limit,
                Printed = readings[middle].Printed,
                Reason = readings[middle].Reason,
                Category = readings[middle].Category,
            },
            _ => throw new InvalidOperationException("Readings come to a number, to one of them, or to nothing."),
        };
    }

    private static double? HalfWidth(IReadOnlyList<Finding> readings, int? middle, ProtocolStep step, ExaminationSettings settings)
    {
        if (middle is { } one)
        {
            return readings[one].Uncertainty;
        }

        // what a module's own measurement brings is one number, assumed; nothing of it is known to average out
        double shared = step.Kind == StepKind.ArmPressure ? settings.ArmHalfWidthMmHg : settings.CuffHalfWidthMmHg;
        return RepeatedUncertainty.OfMean((readings[0].Value!.Value, readings[1].Value!.Value), (Own(readings[0], shared), Own(readings[1], shared)), shared)?.Whole;
    }

    private static double? Own(Finding reading, double shared) =>
        reading.Uncertainty is { } whole ? Math.Sqrt(Math.Max(0, (whole * whole) - (shared * shared))) : null;
}
