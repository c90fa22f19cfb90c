using Vascular.Acquisition.Publishing;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>Accepted pressures, the arms as denominator, and how a derived finding is begun.</summary>
internal sealed class DerivedInputs
{
    private readonly Guid _examination;
    private readonly int _binding;
    private readonly IReadOnlyList<Finding> _accepted;

    public DerivedInputs(Guid examination, int binding, IReadOnlyList<Finding> accepted)
    {
        (_examination, _binding) = (examination, binding);
        _accepted = [.. accepted.Where(f => !IsAfterExercise(f))];
        Arms = new ArmPressures(Arm(Side.Right), Arm(Side.Left));
        ArmFindings = [.. accepted.Where(f => f.Measure == "brachial-sys" && f.Value is not null)];
        ArmUsed = ArmFindings.MaxBy(f => f.Value);
    }

    public ArmPressures Arms { get; }

    /// <summary>Every arm the rule looked at. All of them are inputs of every index: the choice of the higher one rests on the lower one too.</summary>
    public Finding[] ArmFindings { get; }

    /// <summary>The higher arm: the denominator of every index.</summary>
    public Finding? ArmUsed { get; }

    public Finding? At(Side side, Place place) => _accepted.LastOrDefault(f => f.Site == new Site(side, place));

    public double? HalfWidth(Finding numerator) =>
        IndexUncertainty.HalfWidth(numerator.Value!.Value, numerator.Uncertainty, ArmUsed!.Value!.Value, ArmUsed.Uncertainty);

    /// <summary>Read after exercise: no index at rest may rest on it.</summary>
    public static bool IsAfterExercise(Finding finding) => finding.Measure is "brachial-ex" or "ankle-ex-pt" or "ankle-ex-dp";

    /// <summary>What limb and arm bring to <see cref="HalfWidth"/>.</summary>
    public FindingPart[] Uncertain(Finding numerator) => [.. Attempt.Uncertain(
        IndexUncertainty.Parts(numerator.Value!.Value, numerator.Uncertainty, ArmUsed!.Value!.Value, ArmUsed.Uncertainty), "{ratio}")];

    /// <param name="step">Other than <see cref="ProtocolStep.Derived"/> where one measure is derived more than once.</param>
    public Finding Draft(string measure, Site site, Method method, string printed, IReadOnlyList<Finding> inputs, string unit = "{ratio}", string step = ProtocolStep.Derived)
    {
        string name = Identifiers.FindingName(_binding, step, 1, measure, site);
        return new Finding
        {
            Id = Identifiers.Version5(_examination, name),
            Version = 0,
            Name = name,
            Step = step,
            Attempt = 1,
            Measure = measure,
            Site = site,
            State = MeasurementState.NotDone,
            Unit = unit,
            Printed = printed,
            Method = method.Name,
            MethodVersion = method.Version,
            Inputs = [.. inputs.Select(f => f.Id)],
        };
    }

    /// <summary>Accepted findings of a measure on one side, in protocol order.</summary>
    public IEnumerable<Finding> Of(string measure, Side side) => _accepted.Where(f => f.Measure == measure && f.Site.Side == side);

    /// <summary>The newest accepted TcPO2 of the chest that has a value, on either side.</summary>
    public Finding? Chest => _accepted.LastOrDefault(f => f.Measure == "tcpo2-plateau" && f.Site.Place == Place.Chest && f.Value is not null);

    private int? Arm(Side side) => At(side, Place.Arm) is { Value: { } value } ? (int)value : null;
}
