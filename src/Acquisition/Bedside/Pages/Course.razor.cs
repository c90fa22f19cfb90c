using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside.Pages;

/// <summary>The course of a leg, gathered from the station's examinations of the patient and what people entered. Known by the number of one of them; no address names a patient.</summary>
public sealed partial class Course : ComponentBase
{
    private static readonly RenderFragment Knowns = builder =>
    {
        foreach (string word in (string[])["unknown", "yes", "no"])
        {
            builder.OpenElement(0, "option");
            builder.AddAttribute(1, "value", word);
            builder.AddContent(2, word);
            builder.CloseElement();
        }
    };

    private readonly CancellationTokenSource _gone = new();
    private LimbHistory? _limb;
    private GatheredCourse? _gathered;
    private LimbEntryForm _form = new();
    private DateOnly? _asOf;
    private string _physician = string.Empty;
    private string _said = string.Empty;
    private string? _trouble;
    private bool _open;
    private bool _busy;
    private (Guid, string?) _shown;

    [Parameter]
    public Guid Examination { get; set; }

    [Parameter]
    public string? Limb { get; set; }

    [Inject]
    public required BedsideContext Context { get; set; }

    private static RuleSet Rules => ClinicalRules.Default;

    private Side Side => Limb == "left" ? Side.Left : Side.Right;

    private LimbRecord Record => new(Context.Database);

    /// <summary>Today, unless another day was chosen.</summary>
    private DateOnly AsOf => _asOf ?? DateOnly.FromDateTime(Context.Time.GetUtcNow().UtcDateTime);

    private FollowUp FollowUp => FollowUp.Of([.. _gathered!.Course.Measured.Select(m => m.Value)], Rules);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown != (Examination, Limb))
        {
            (_shown, _limb, _gathered, _said, _trouble, _form, _open) = ((Examination, Limb), null, null, string.Empty, null, new LimbEntryForm(), false);
            await LookAsync();
            _open = _gathered is { Course.Procedure: null };
        }
    }

    private static string Time(long utcNs) => UtcNs.ToTime(utcNs).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private Task Enter() => DoAsync(async user =>
    {
        DateTimeOffset now = Context.Time.GetUtcNow();
        LimbEntry entry = _form.Entry(_limb!, Rules, user, UtcNs.Of(now), Identifiers.Version7(now, RandomNumberGenerator.GetBytes(Identifiers.RandomBytes)));
        await Record.EnterAsync(entry, _gone.Token);
        _form = new LimbEntryForm { Kind = _form.Kind, Test = _form.Test, Place = _form.Place, Method = _form.Method };
        return "Entered.";
    });

    private Task TakeBack(LimbEntry entry) => DoAsync(async user =>
        await Record.WithdrawAsync(entry.Id, user, UtcNs.Of(Context.Time.GetUtcNow()), _gone.Token) ? "Taken back." : "It was taken back before.");

    private async Task DoAsync(Func<string, Task<string>> what)
    {
        if (_physician.Trim().Length == 0)
        {
            _said = "Not done: write your name first, so that the record says who did it.";
            return;
        }

        _busy = true;
        try
        {
            _said = await what(_physician.Trim());
            await LookAsync();
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            _said = $"Not done: {e.Message}.";
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            _said = "Not done: the record cannot be written. Look at the room on its disk.";
        }
        catch (OperationCanceledException)
        {
            // the page went
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task LookAsync()
    {
        try
        {
            _limb = await Record.GatherAsync(Examination, Side, _gone.Token);
            _gathered = _limb is null ? null : GatheredCourse.Of(_limb, Rules);
            _trouble = Limb is not (null or "right" or "left") ? "the address ends on right or left" : _limb is null ? "this station has no such examination" : null;
        }
        catch (DbException)
        {
            _trouble = "the record cannot be read";
        }
        catch (OperationCanceledException)
        {
            // the page went
        }
    }
}
