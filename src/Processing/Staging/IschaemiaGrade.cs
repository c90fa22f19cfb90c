using Vascular.Processing.Pressures;

namespace Vascular.Processing.Staging;

/// <summary>What was measured of one foot's perfusion. Null = not given.</summary>
/// <param name="Abi">Rounded ankle-brachial index; a range where a pressure behind it is censored.</param>
/// <param name="NoncompressibleVessel">An artery of the limb stayed open at the cuff limit.</param>
/// <param name="Ankle">Printed ankle systolic pressure.</param>
/// <param name="Toe">Printed toe systolic pressure.</param>
/// <param name="ToeReliable">False where the operator doubts it.</param>
/// <param name="Oxygen">Printed TcPO2 of the foot.</param>
/// <param name="OxygenReliable">False where the operator doubts it.</param>
/// <param name="ForefootFlat">The forefoot PVR is flat or minimally pulsatile. A flat digit PPG is not this.</param>
/// <param name="Diabetes">Diabetics should have a toe pressure.</param>
public readonly record struct FootPerfusion(
    IndexRange? Abi,
    bool NoncompressibleVessel,
    PressureRange? Ankle,
    PressureRange? Toe,
    bool ToeReliable,
    PressureRange? Oxygen,
    bool OxygenReliable,
    bool ForefootFlat,
    bool Diabetes);

/// <summary>WIfI ischaemia grade of a foot, and which measurement decided.</summary>
/// <remarks>
/// Mills et al., J Vasc Surg 2014;59:220. Its table notes [R]: diabetics should have a toe pressure; where ABI and toe pressure give different grades the toe decides;
/// where calcification spoils both, TcPO2 or PVR; a flat forefoot PVR is grade 3. Order of this project where the notes are silent [D]: 1 reliable toe pressure,
/// 2 reliable TcPO2, 3 flat forefoot PVR, 4 ABI and ankle pressure if compressible, the worse of the two, 5 not gradable. A censored measurement that decides
/// gives every grade it leaves possible. [D]
/// </remarks>
/// <param name="Grade">0 to 3, or a range of them; null = not gradable.</param>
/// <param name="Basis">Names of the measurements that reach the grade, joined by +; empty when not gradable.</param>
/// <param name="Flags">Disagreements and doubts; none changes the grade.</param>
public sealed record IschaemiaGrade(GradeRange? Grade, string Basis, IReadOnlyList<string> Flags)
{
    private const int FlatPvrGrade = 3;

    public static IschaemiaGrade Of(in FootPerfusion foot)
    {
        bool ankleUsable = !foot.NoncompressibleVessel && !(foot.Abi?.Highest > AnkleCategories.WifiUsableTo);
        GradeRange? toe = foot is { ToeReliable: true, Toe: { } toeMmHg } ? ToePressureGrade.Of(toeMmHg) : null;
        GradeRange? oxygen = foot is { OxygenReliable: true, Oxygen: { } tension } ? ToePressureGrade.Of(tension) : null;
        GradeRange? abi = ankleUsable && foot.Abi is { } index ? AnkleIndexGrade.Of(index) : null;
        GradeRange? ankle = ankleUsable && foot.Ankle is { } ankleMmHg ? AnklePressureGrade.Of(ankleMmHg) : null;
        (GradeRange? grade, string basis) = toe is not null ? (toe, "TP")
            : oxygen is not null ? (oxygen, "TcPO2")
            : foot.ForefootFlat ? (GradeRange.Exactly(FlatPvrGrade), "PVR")
            : OfAnkle(abi, ankle);
        List<string> flags = [];
        Add(flags, !ankleUsable, "abi_not_usable");
        Add(flags, Differ(toe, abi), "tp_abi_disagree");
        Add(flags, Differ(toe, oxygen), "tp_tcpo2_disagree");
        Add(flags, Differ(abi, ankle), "abi_ap_disagree");
        Add(flags, foot.ForefootFlat && grade?.Worst < FlatPvrGrade, "flat_pvr_discordant");
        Add(flags, foot.Diabetes && foot.Toe is null, "diabetes_needs_tp");
        Add(flags, !foot.ToeReliable && foot.Toe is not null, "tp_unreliable");
        Add(flags, !foot.OxygenReliable && foot.Oxygen is not null, "tcpo2_unreliable");
        Add(flags, grade is null, "not_gradable");
        return new(grade, basis, flags);
    }

    private static (GradeRange? Grade, string Basis) OfAnkle(GradeRange? abi, GradeRange? ankle)
    {
        if (abi is not { } index || ankle is not { } pressure)
        {
            return abi is not null ? (abi, "ABI") : ankle is not null ? (ankle, "AP") : (null, "");
        }

        GradeRange worse = new(Math.Max(index.Best, pressure.Best), Math.Max(index.Worst, pressure.Worst));
        return (worse, index == pressure ? "ABI+AP" : index == worse ? "ABI" : pressure == worse ? "AP" : "ABI+AP");
    }

    /// <summary>Two grades that cannot both be so.</summary>
    private static bool Differ(GradeRange? one, GradeRange? other) => one is { } a && other is { } b && a.IsApartFrom(b);

    private static void Add(List<string> flags, bool so, string flag)
    {
        if (so)
        {
            flags.Add(flag);
        }
    }
}
