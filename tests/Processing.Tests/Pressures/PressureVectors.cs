using System.Globalization;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

public sealed class PressureVectors
{
    public static TheoryData<string> AnkleRows => [.. VectorFile.Read("abi.csv").Select(row => row["id"])];

    public static TheoryData<string> ToeRows => [.. VectorFile.Read("tbi.csv").Select(row => row["id"])];

    [Theory]
    [MemberData(nameof(AnkleRows))]
    public void Ankle_brachial_index_answers_each_vector_row_in_every_column(string id)
    {
        IReadOnlyDictionary<string, string> row = VectorFile.Read("abi.csv").Single(r => r["id"] == id);
        AnkleBrachialResult answer = AnkleBrachialIndex.Of(Arms(row), Vessel(row["pt"]), Vessel(row["dp"]));

        Assert.Equal(row["brachial_used"], Text(answer.BrachialUsed));
        Assert.Equal(row["pt_state"], State(answer.PosteriorTibialState));
        Assert.Equal(row["dp_state"], State(answer.DorsalisPedisState));
        Assert.Equal(row["pt_index"], Text(answer.PosteriorTibialIndex));
        Assert.Equal(row["dp_index"], Text(answer.DorsalisPedisIndex));
        Assert.Equal(row["limb_vessel"], answer.Vessel?.Word() ?? "");
        Assert.Equal(row["limb_index"], Text(answer.Index));
        Assert.Equal(row["limb_index_lowest"], Text(answer.LowestIndex));
        Assert.Equal(row["display"], answer.Display);
        Assert.Equal(row["category"], answer.Category.Word());
        Assert.Equal(row["category_of_measured_vessel"], answer.CategoryOfMeasuredVessel?.Word() ?? "");
        Assert.Equal(row["severity_convention"], answer.Severity?.Word() ?? "");
        Assert.Equal(row["tbi_required"], Text(answer.TbiRequired));
        Assert.Equal(row["wifi_abi_usable"], Text(answer.WifiUsable));
        Assert.Equal(Sorted(row["flags"].Split(';', StringSplitOptions.RemoveEmptyEntries)), Sorted(answer.Flags));
    }

    [Theory]
    [MemberData(nameof(ToeRows))]
    public void Toe_brachial_index_answers_each_vector_row_in_every_column(string id)
    {
        IReadOnlyDictionary<string, string> row = VectorFile.Read("tbi.csv").Single(r => r["id"] == id);
        ToeBrachialResult answer = ToeBrachialIndex.Of(Arms(row), Vessel(row["toe"]), Rules.Default.Pressures);

        Assert.Equal(row["brachial_used"], Text(answer.BrachialUsed));
        Assert.Equal(row["toe_mmhg_reported"], answer.Reported ?? "");
        Assert.Equal(row["tbi"], Text(answer.Index));
        Assert.Equal(row["category"], answer.Category.Word());
        Assert.Equal(row["tp_wifi_grade"], Text(answer.WifiGrade));
        Assert.Equal(row["tp_lt_30"], Text(answer.Limits?.Below30));
        Assert.Equal(row["tp_lt_40"], Text(answer.Limits?.Below40));
        Assert.Equal(row["tp_lt_50"], Text(answer.Limits?.Below50));
        Assert.Equal(row["tp_gt_55"], Text(answer.Limits?.Above55));
        Assert.Equal(Sorted(row["flags"].Split(';', StringSplitOptions.RemoveEmptyEntries)), Sorted(answer.Flags));
    }

    [Fact]
    public void All_published_rows_are_there()
    {
        Assert.Equal(40, VectorFile.Read("abi.csv").Count);
        Assert.Equal(27, VectorFile.Read("tbi.csv").Count);
    }

    private static ArmPressures Arms(IReadOnlyDictionary<string, string> row) => new(Arm(row["brachial_r"]), Arm(row["brachial_l"]));

    private static int? Arm(string text) => text.Length == 0 ? null : int.Parse(text, CultureInfo.InvariantCulture);

    private static VesselPressure Vessel(string text) => text switch
    {
        "" => VesselPressure.NotDone,
        "absent" or "flat" => VesselPressure.NoFlow,
        "amputated" => new VesselPressure.Without(MeasurementState.Amputated),
        ['>', .. string limit] => new VesselPressure.AboveLimit(int.Parse(limit, CultureInfo.InvariantCulture)),
        _ when PressureText.TryRead(text, out int mmHg) => new VesselPressure.Measured(mmHg),
        _ => throw new FormatException(text),
    };

    private static string State(MeasurementState state) => state == MeasurementState.AboveLimit ? "nc" : state.Word();

    private static string Text(object? value) => value switch { null => "", bool yes => yes ? "1" : "0", _ => value.ToString()! };

    private static IEnumerable<string> Sorted(IEnumerable<string> flags) => flags.Order(StringComparer.Ordinal);
}
