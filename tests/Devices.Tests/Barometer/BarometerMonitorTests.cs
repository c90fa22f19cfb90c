using System.Text;
using Vascular.Devices.Barometer;
using Vascular.Devices.Registers;
using Vascular.Devices.Tests.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Barometer;

public class BarometerMonitorTests
{
    private readonly List<Reading> _readings = [];
    private readonly BarometerMonitor _monitor = new();

    [Fact]
    public void The_data_sheets_example_gives_the_data_sheets_numbers()
    {
        Bmp280Calibration calibration = Bmp280Calibration.Read(Bmp280Golden.Calibration);
        (int pressure, int temperature) = Bmp280Calibration.Counts(Bmp280Golden.Measurement);
        Assert.Equal((27504, 26435, -1000), calibration.Temperature);
        Assert.Equal((36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000), calibration.Pressure);
        Assert.Equal((415148, 519888), (pressure, temperature));
        Assert.Equal(128422, calibration.Fine(temperature));
        Assert.Equal(25.08, calibration.Celsius(temperature));
        Assert.Equal(100653.27, calibration.Pascal(pressure, temperature)!.Value, 0.05);        // the sheet's value, in floating point
        Assert.Equal(25767233, calibration.Pascal(pressure, temperature)!.Value * 256);         // its 64-bit integers, computed by hand
    }

    [Fact]
    public void Registers_and_attributes_of_the_same_air_say_the_same()
    {
        Measure();
        Line("bmp280/in_pressure_input\t100.653266\nbmp280/in_temp_input\t25080\n");
        Assert.Equal([754.96, 25.08, 754.96, 25.08], _readings.Select(r => Math.Round(r.Value, 2)));
        Assert.Equal(
            [ReadingKind.AmbientPressure, ReadingKind.AmbientTemperature, ReadingKind.AmbientPressure, ReadingKind.AmbientTemperature], _readings.Select(r => r.Kind));
    }

    [Theory]
    [InlineData("bmp280/in_pressure_input\t29.9\n", QualityMarks.BelowRange, 225)]
    [InlineData("bmp280/in_pressure_input\t111\n", QualityMarks.AboveRange, 825)]
    [InlineData("bmp280/in_pressure_input\t-19\n", QualityMarks.ReadFailed, 19)]
    [InlineData("bmp280/in_temp_input\t90000\n", QualityMarks.AboveRange, 85)]
    [InlineData("bmp280/calibration\t-121\n", QualityMarks.ReadFailed, 121)]
    [InlineData("bmp280/measurement\t0x655AC07EED00\n", QualityMarks.ReadFailed, 61)]
    public void Without_a_value_there_is_a_reason(string lines, QualityMarks marks, int detail)
    {
        Line(lines);
        Assert.Equal((marks | QualityMarks.Missing, detail, 0.0), (_readings[0].Marks, _readings[0].Detail, _readings[0].Value));
    }

    [Fact]
    public void A_chip_that_has_not_measured_or_was_never_trimmed_gives_no_pressure()
    {
        Line($"bmp280/calibration\t0x{Convert.ToHexString(Bmp280Golden.Calibration)}\nbmp280/measurement\t0x800000800000\n");
        Line($"bmp280/calibration\t0x{new string('0', 48)}\nbmp280/measurement\t0x655AC07EED00\n");
        Assert.Equal(4, _readings.Count);
        Assert.All(_readings, r => Assert.False(r.HasValue));
    }

    [Fact]
    public void A_calibration_counts_for_one_measurement()
    {
        Measure();
        Line("bmp280/measurement\t0x655AC07EED00\n");
        Assert.Equal([true, true, false, false], _readings.Select(r => r.HasValue));
    }

    [Fact]
    public void What_is_no_number_is_refused()
    {
        Line("bmp280/in_pressure_input\tfoggy\nbmp280/something_else\t1\nbmp280/calibration\t0x1234\n");
        Assert.Equal([WireFault.Range, WireFault.Range], _readings.Select(r => r.Fault));
    }

    private void Measure() => Line($"bmp280/calibration\t0x{Convert.ToHexString(Bmp280Golden.Calibration)}\nbmp280/measurement\t0x655AC07EED00\n");

    private void Line(string text) => _monitor.Next(new Record(RecordKind.Bytes, 0, Encoding.ASCII.GetBytes(text)), _readings);
}
