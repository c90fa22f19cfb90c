using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>The rule of the ankle-brachial index, for one leg.</summary>
/// <remarks>
/// Numerator: the higher of posterior tibial and dorsalis pedis; denominator: the higher arm. [V] SVU performance guideline, IWGDF; [R] AHA 2012.
/// An artery that flow passes at the cuff limit makes the limb non-compressible even when the other artery has a number [D, following S]:
/// the seed prints PT >254 NC beside DP 102 over arm 114 = 0.89, and 0.89 alone would look nearly normal in a limb whose toe pressure is 32.
/// </remarks>
public static class AnkleBrachialIndex
{
    /// <summary>The index of one leg. Total: every combination of inputs has an answer, if only "not computable".</summary>
    public static AnkleBrachialResult Of(ArmPressures arms, VesselPressure pt, VesselPressure dp)
    {
        ArgumentNullException.ThrowIfNull(arms);
        ArgumentNullException.ThrowIfNull(pt);
        ArgumentNullException.ThrowIfNull(dp);
        bool open = pt is VesselPressure.AboveLimit || dp is VesselPressure.AboveLimit;
        (LimbVessel Vessel, PressureIndex Highest, PressureIndex Lowest)? limb = Limb(arms, pt, dp);
        AnkleCategory? ofMeasured = limb is { } measured ? AnkleCategories.Of(measured.Highest) : null;
        IndexRange? range = open ? null : Range(arms, pt, dp);
        AnkleCategory category = open ? AnkleCategory.Noncompressible
            : range is { } bounded ? AnkleCategories.Of(bounded)
            : ofMeasured ?? WithoutIndex(arms, pt, dp);
        return new AnkleBrachialResult
        {
            BrachialUsed = arms.Used,
            PosteriorTibialState = pt.State,
            DorsalisPedisState = dp.State,
            PosteriorTibialIndex = VesselIndex.Of(pt, arms.Used),
            DorsalisPedisIndex = VesselIndex.Of(dp, arms.Used),
            Vessel = limb?.Vessel,
            Index = limb?.Highest,
            LowestIndex = limb?.Lowest,
            Range = range,
            Display = range?.ToString() ?? Display(limb?.Vessel, limb?.Highest, category, pt, dp),
            Category = category,
            CategoryOfMeasuredVessel = ofMeasured,
            Severity = category == AnkleCategory.Abnormal && range is null && limb is { } shown ? AnkleSeverities.Of(shown.Highest) : null,
            TbiRequired = category == AnkleCategory.Noncompressible,
            WifiUsable = !open && (range?.Highest ?? limb?.Highest) <= AnkleCategories.WifiUsableTo,
            Flags = [.. ArmFlags(arms), .. VesselFlags(pt, dp), .. IndexFlagsOf(open || range is not null ? null : limb?.Highest, category)],
        };
    }

    /// <summary>The measured arteries of the leg over the arm; null without one, or without an arm.</summary>
    private static (LimbVessel Vessel, PressureIndex Highest, PressureIndex Lowest)? Limb(ArmPressures arms, VesselPressure pt, VesselPressure dp)
    {
        int? ptMmHg = (pt as VesselPressure.Measured)?.MmHg;
        int? dpMmHg = (dp as VesselPressure.Measured)?.MmHg;
        if (arms.Used is not { } arm || (ptMmHg ?? dpMmHg) is not { } either)
        {
            return null;
        }

        (int ptOrOther, int dpOrOther) = (ptMmHg ?? either, dpMmHg ?? either);
        LimbVessel vessel = dpMmHg is null || ptOrOther > dpOrOther ? LimbVessel.PosteriorTibial
            : ptMmHg is null || dpOrOther > ptOrOther ? LimbVessel.DorsalisPedis
            : LimbVessel.Equal;
        return (vessel, IndexRounding.HalfUp(Math.Max(ptOrOther, dpOrOther), arm), IndexRounding.HalfUp(Math.Min(ptOrOther, dpOrOther), arm));
    }

    /// <summary>[D] An artery under the floor of its method may be the higher one: the index then lies from that of the measured artery to the floor's.</summary>
    private static IndexRange? Range(ArmPressures arms, VesselPressure pt, VesselPressure dp)
    {
        int floor = Math.Max((pt as VesselPressure.BelowLimit)?.LimitMmHg ?? 0, (dp as VesselPressure.BelowLimit)?.LimitMmHg ?? 0);
        int measured = Math.Max((pt as VesselPressure.Measured)?.MmHg ?? 0, (dp as VesselPressure.Measured)?.MmHg ?? 0);
        return arms.Used is { } arm && floor > measured
            ? new(IndexRounding.Floor(measured, arm), IndexRounding.Ceiling(floor, arm))
            : null;
    }

    /// <summary>[D] One artery without flow and none with any: absent flow, provided that an arm shows the measurement was possible.</summary>
    private static AnkleCategory WithoutIndex(ArmPressures arms, VesselPressure pt, VesselPressure dp)
    {
        bool noFlow = pt is VesselPressure.Absent || dp is VesselPressure.Absent;
        bool someFlow = HasFlow(pt) || HasFlow(dp);
        return arms.Used is not null && noFlow && !someFlow ? AnkleCategory.AbsentFlow : AnkleCategory.NotComputable;
    }

    private static bool HasFlow(VesselPressure vessel) => vessel.State is MeasurementState.BelowLimit or MeasurementState.Interval;

    private static string Display(LimbVessel? vessel, PressureIndex? index, AnkleCategory category, VesselPressure pt, VesselPressure dp)
    {
        List<string> open = [];
        AddOpen(open, "PT", pt);
        AddOpen(open, "DP", dp);
        return (vessel, index) switch
        {
            ({ } named, { } number) when open.Count > 0 => $"{number} ({named.Word()}); {string.Join("; ", open)}",
            (_, { } number) => number.ToString(),
            _ when open.Count > 0 => string.Join("; ", open),
            _ => category == AnkleCategory.AbsentFlow ? "absent" : "n/a",
        };
    }

    private static void AddOpen(List<string> open, string name, VesselPressure vessel)
    {
        if (vessel is VesselPressure.AboveLimit above)
        {
            open.Add($"{name} >{PressureText.Print(above.LimitMmHg)} NC");
        }
    }

    private static IEnumerable<string> ArmFlags(ArmPressures arms)
    {
        if (arms.Used is null)
        {
            yield return IndexFlags.NoBrachial;
        }

        if (arms.Single)
        {
            yield return IndexFlags.SingleArm;
        }

        if (arms.Difference > ArmPressures.RepeatAboveMmHg)
        {
            yield return IndexFlags.InterarmAbove10;
        }

        if (arms.Difference >= ArmPressures.SuspectFromMmHg)
        {
            yield return IndexFlags.InterarmFrom15;
        }
    }

    private static IEnumerable<string> VesselFlags(VesselPressure pt, VesselPressure dp)
    {
        (VesselPressure, string, string)[] vessels =
        [
            (pt, IndexFlags.PosteriorTibialNoncompressible, IndexFlags.PosteriorTibialUnreliable),
            (dp, IndexFlags.DorsalisPedisNoncompressible, IndexFlags.DorsalisPedisUnreliable),
        ];
        foreach ((VesselPressure vessel, string noncompressible, string unreliable) in vessels)
        {
            if (vessel is VesselPressure.AboveLimit)
            {
                yield return noncompressible;
            }

            if (vessel is VesselPressure.Measured { Unreliable: true })
            {
                yield return unreliable;
            }
        }
    }

    /// <param name="index">Null too when an artery stayed open: what the number alone would say is then not the limb's.</param>
    private static IEnumerable<string> IndexFlagsOf(PressureIndex? index, AnkleCategory category)
    {
        if (index > AnkleCategories.NormalTo)
        {
            yield return IndexFlags.IndexAbove140;
        }
        else if (index > AnkleCategories.WifiUsableTo)
        {
            yield return IndexFlags.High131To140;
        }

        if (index == AnkleCategories.Borderline2012)
        {
            yield return IndexFlags.Borderline2012;
        }

        if (category == AnkleCategory.AbsentFlow)
        {
            yield return IndexFlags.NoAnkleFlow;
        }
    }
}
