using System.Globalization;
using Vascular.Processing.Oxygen;

namespace Vascular.Acquisition.Cli;

/// <summary>Table <c>tcpo2-calibration</c>: the air point of an electrode from one barometer reading per row.</summary>
public static class AirPointTable
{
    private static readonly string[] Inputs = ["pbaro_mmhg", "water_temp_c", "rh_percent"];

    public static ScoreTable Table { get; } = new("tcpo2-calibration", Inputs, ["ph2o_mmhg", "po2_cal_mmhg"], (row, _) => Answer(new ScoreFields(Inputs, row)));

    private static ScoreAnswer Answer(ScoreFields row)
    {
        double barometer = row.Needed(Inputs[0], AirPoint.LowestBarometerMmHg, AirPoint.HighestBarometerMmHg).Value;
        double celsius = row.Needed(Inputs[1], AirPoint.LowestCelsius, AirPoint.HighestCelsius).Value;
        double humidity = row.Needed(Inputs[2], 0, 100).Value;
        if (row.Refusal is { } refused)
        {
            return refused;
        }

        AirPoint air = AirPoint.Of(barometer, celsius, humidity);
        return ScoreAnswer.Of(Tenth(air.WaterVapourMmHg), Tenth(air.OxygenMmHg));
    }

    private static string Tenth(double mmHg) => (Math.Floor(mmHg * 10 + 0.5) / 10).ToString("0.0", CultureInfo.InvariantCulture);
}
