using System.Globalization;
using FsCheck.Xunit;
using Vascular.Processing.Pressures;

namespace Vascular.Processing.Tests.Pressures;

[Properties(Replay = "20260102,1", QuietOnSuccess = true, MaxTest = 2000)]
public sealed class PressureTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("102", 102)]
    [InlineData("007", 7)]
    [InlineData("39.5", 40)]
    [InlineData("39.50", 40)]
    [InlineData("39.4", 39)]
    [InlineData("29.4999999999999999999999999999999999999999", 29)]
    [InlineData("0.49999999999999994", 0)]
    [InlineData("400.000", 400)]
    public void Decimal_text_is_read_half_up(string text, int printed)
    {
        Assert.True(PressureText.TryRead(text, out int mmHg));
        Assert.Equal(printed, mmHg);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-1")]
    [InlineData("-0")]
    [InlineData("+5")]
    [InlineData("1e2")]
    [InlineData("102,5")]
    [InlineData("1.2.3")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    [InlineData("٣٢")]
    [InlineData("400.1")]
    [InlineData("401")]
    [InlineData("999")]
    [InlineData("99999999999999999999999999")]
    public void What_is_no_pressure_is_refused(string text)
    {
        Assert.False(PressureText.TryRead(text, out int mmHg));
        Assert.Equal(0, mmHg);
    }

    [Property]
    public void Every_decimal_prints_as_the_half_up_integer(ushort whole, ushort fraction)
    {
        decimal value = (whole % 400) + ((fraction % 10_000) / 10_000m);
        Assert.True(PressureText.TryRead(value.ToString(CultureInfo.InvariantCulture), out int mmHg));
        Assert.Equal(Math.Round(value, MidpointRounding.AwayFromZero), mmHg);
    }

    [Property]
    public void No_text_throws(string? text) => PressureText.TryRead(text, out _);
}
