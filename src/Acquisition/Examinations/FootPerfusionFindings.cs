using Vascular.Processing.Oxygen;
using Vascular.Processing.Pressures;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What the accepted findings of a foot say together: RPI of each TcPO2 place, and the WIfI ischaemia grade.</summary>
/// <remarks>A grade is of the printed value, never of its uncertainty; where the uncertainty reaches into another grade a flag says which
/// (<c>within_uncertainty_2_or_3</c>). A censored measurement that decides gives every grade it leaves possible, as an interval. [D]
/// A limb without anything to grade it by has no grade finding.</remarks>
internal static class FootPerfusionFindings
{
    public const string Grade = "wifi-ischemia";
    public const string PerfusionIndex = "rpi";

    /// <param name="indices">ABI and TBI of the same inputs.</param>
    /// <param name="entries">What was entered of the patient.</param>
    public static IEnumerable<Finding> Of(DerivedInputs inputs, RuleSet rules, IReadOnlyList<Finding> indices, PatientEntries entries)
    {
        foreach (Side side in (Side[])[Side.Right, Side.Left])
        {
            foreach (Finding foot in inputs.Of("tcpo2-plateau", side).Where(f => f.Site.IsFoot))
            {
                if (Regional(inputs, foot, rules) is { } index)
                {
                    yield return index;
                }
            }

            if (Ischaemia(inputs, side, rules, indices, entries) is { } grade)
            {
                yield return grade;
                if (Stage(inputs, side, grade, entries) is { } stage)
                {
                    yield return stage;
                }
            }
        }
    }

    private static Finding? Regional(DerivedInputs inputs, Finding foot, RuleSet rules)
    {
        if (inputs.Chest is not { } chest || Tension(foot, rules) is not { } top || Tension(chest, rules) is not { } bottom)
        {
            return null;
        }

        RegionalPerfusionIndex rpi = RegionalPerfusionIndex.Of(top, bottom, rules.Oxygen);
        return rpi.Index is not { } index ? null : inputs.Draft(PerfusionIndex, foot.Site, Methods.RegionalPerfusion, index.ToString(), [foot, chest]) with
        {
            State = Doubted(foot, chest),
            Reason = Doubted(foot, chest) == MeasurementState.Unreliable ? "a TcPO2 behind it is marked doubtful" : null,
            Value = index.Value,
            Uncertainty = IndexUncertainty.HalfWidth(top.Written.Value, foot.Uncertainty, bottom.Written.Value, chest.Uncertainty),
            Parts = [.. Attempt.Uncertain(IndexUncertainty.Parts(top.Written.Value, foot.Uncertainty, bottom.Written.Value, chest.Uncertainty), "{ratio}")],
            Flags = [.. rpi.Doubts, .. rules.FlagsOf("oxygen.chest_low_mmHg", "oxygen.highest_mmHg", "plateau")],
        };
    }

    private static Finding? Ischaemia(DerivedInputs inputs, Side side, RuleSet rules, IReadOnlyList<Finding> indices, PatientEntries entries)
    {
        Finding? toe = inputs.Of("toe-sys", side).LastOrDefault(f => PressureRange.Of(VesselPressure.Of(f)) is not null);
        Finding? oxygen = inputs.Of("tcpo2-plateau", side).Where(f => f.Site.IsFoot && f.Value is not null).MinBy(f => f.Value);
        Finding? abi = indices.FirstOrDefault(f => f.Measure == "abi" && f.Site.Side == side);
        Finding[] ankles = [.. inputs.Of("ankle-sys-pt", side), .. inputs.Of("ankle-sys-dp", side)];
        bool open = ankles.Any(a => a.State == MeasurementState.AboveLimit);
        PressureRange? ankle = ankles.Select(a => PressureRange.Of(VesselPressure.Of(a))).OfType<PressureRange>().ToArray() is { Length: > 0 } pressures
            ? new(pressures.Max(p => p.Lowest), pressures.Max(p => p.Highest))
            : null;
        FootPerfusion foot = new(
            Range(abi),
            open,
            ankle,
            toe is null ? null : PressureRange.Of(VesselPressure.Of(toe)),
            toe?.State != MeasurementState.Unreliable,
            oxygen is null ? null : PressureRange.Exactly((int)oxygen.Value!.Value),
            oxygen?.State != MeasurementState.Unreliable,
            ForefootFlat: entries.IsForefootFlat(side) == true,
            Diabetes: entries.IsDiabetic == true);
        IschaemiaGrade grade = IschaemiaGrade.Of(foot);
        if (grade.Grade is not { } grades)
        {
            return null;
        }

        // the arms too: a grade that an index took part in rests on its denominator
        Finding[] behind = [.. new[] { toe, oxygen, abi }.OfType<Finding>(), .. ankles, .. abi is null ? [] : inputs.ArmFindings];
        GradeRange? doubt = IschaemiaGrade.Of(foot with { Toe = Widened(toe, foot.Toe), Oxygen = Widened(oxygen, foot.Oxygen), Ankle = Widened(ankles, foot.Ankle), Abi = Widened(abi, foot.Abi) }).Grade;
        bool byOxygen = grade.Basis == "TcPO2";
        return inputs.Draft(Grade, new Site(side, Place.Foot), Methods.WifiIschaemia, $"{grades} ({grade.Basis})", behind, "{score}") with
        {
            State = grades.Single is null ? MeasurementState.Interval : MeasurementState.Measured,
            Value = grades.Single,
            Lower = grades.Single is null ? grades.Best : null,
            Upper = grades.Single is null ? grades.Worst : null,
            Reason = grades.Single is null ? "the measurement that decides is only known to lie under a floor" : null,
            Flags = [.. grade.Flags, .. doubt is { } other && other != grades ? [$"within_uncertainty_{other.ToString().Replace(' ', '_')}"] : Array.Empty<string>(), .. byOxygen ? rules.FlagsOf("plateau") : []],
            Parts = [.. Entered("diabetes-entered", entries.IsDiabetic), .. Entered("forefoot-pvr-flat-entered", entries.IsForefootFlat(side))],
        };
    }

    /// <summary>Stage of the limb by wound and infection as a clinician entered them; null while one of them is not. Stage 5 is a clinical statement and never computed.</summary>
    private static Finding? Stage(DerivedInputs inputs, Side side, Finding grade, PatientEntries entries)
    {
        if (entries.Grade(PatientEntries.Wound, side) is not { } wound || entries.Grade(PatientEntries.Infection, side) is not { } infection)
        {
            return null;
        }

        GradeRange ischaemia = grade.Value is { } one ? GradeRange.Exactly((int)one) : new((int)grade.Lower!.Value, (int)grade.Upper!.Value);
        GradeRange stage = new(WifiStage.Of(WifiStage.Risk(wound, ischaemia.Best, infection)), WifiStage.Of(WifiStage.Risk(wound, ischaemia.Worst, infection)));
        return inputs.Draft("wifi-stage", grade.Site, Methods.WifiStage, $"{stage} (W{wound} I{ischaemia} fI{infection})", [grade], "{score}") with
        {
            State = stage.Single is null ? MeasurementState.Interval : MeasurementState.Measured,
            Value = stage.Single,
            Lower = stage.Single is null ? stage.Best : null,
            Upper = stage.Single is null ? stage.Worst : null,
            Reason = stage.Single is null ? grade.Reason : null,
            Parts = [new FindingPart("wifi-wound", wound, "{score}"), new FindingPart("wifi-infection", infection, "{score}")],
        };
    }

    private static FindingPart[] Entered(string name, bool? so) => so is { } word ? [new FindingPart(name, word ? 1 : 0, "{boolean}")] : [];

    private static MeasurementState Doubted(params Finding[] inputs) =>
        inputs.Any(f => f.State == MeasurementState.Unreliable) ? MeasurementState.Unreliable : MeasurementState.Measured;

    internal static OxygenTension? Tension(Finding finding, RuleSet rules) =>
        (finding.Unrounded ?? finding.Value) is { } mmHg && OxygenTension.TryOf(WrittenNumber.Near(mmHg), rules, out OxygenTension tension) ? tension : null;

    /// <summary>The limb's index as the grade may use it; null where it has none.</summary>
    private static IndexRange? Range(Finding? abi) => abi switch
    {
        { Value: { } value } => IndexRange.Exactly(Hundredths(value)),
        { State: MeasurementState.Interval, Upper: { } upper } => new(Hundredths(abi.Lower ?? 0), Hundredths(upper)),
        _ => null,
    };

    private static PressureRange? Widened(Finding? finding, PressureRange? known) => finding is { Value: { } value, Uncertainty: { } half }
        ? PressureRange.Within(finding.Unrounded ?? value, half)
        : known;

    private static PressureRange? Widened(Finding[] ankles, PressureRange? known) =>
        ankles.Where(a => a.Value is not null).MaxBy(a => a.Value) is { } higher && ankles.All(a => a.State != MeasurementState.BelowLimit) ? Widened(higher, known) : known;

    private static IndexRange? Widened(Finding? abi, IndexRange? known) => abi is { Value: { } value, Uncertainty: { } half }
        ? new(Hundredths(Math.Max(0, value - half)), Hundredths(value + half))
        : known;

    private static PressureIndex Hundredths(double index) => new((int)Math.Floor((index * 100) + 0.5));
}
