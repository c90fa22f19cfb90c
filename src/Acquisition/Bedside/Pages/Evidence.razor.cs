using Microsoft.AspNetCore.Components;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside.Pages;

/// <summary>The evidence sheet of one leg, for a physician: read, entered, signed, printed. What is entered is an act of the examination; the page keeps nothing but the form that is open.</summary>
public sealed partial class Evidence : ComponentBase
{
    private readonly CancellationTokenSource _gone = new();
    private StandingEvidence? _sheet;
    private EvidenceForm? _form;
    private string _physician = string.Empty;
    private string _said = string.Empty;
    private string? _trouble;
    private bool _busy;
    private (Guid, string?) _shown;

    [Parameter]
    public Guid Examination { get; set; }

    [Parameter]
    public string? Limb { get; set; }

    [Inject]
    public required BedsideContext Context { get; set; }

    private ExaminationShelf Shelf => Context.Shelf ?? throw new InvalidOperationException("These pages are served without the station's examinations.");

    private Side Side => Limb == "left" ? Side.Left : Side.Right;

    /// <summary>Null: the sheet as it stands can be signed.</summary>
    private string? WhyNotSign => _sheet switch
    {
        null or { IsEntered: false } => "nothing is entered for this leg",
        { Signature: { } signature } => $"{signature.By} has signed this",
        { Evidence.Sheet.State: EvidenceSheet.Incomplete } => "the sheet is incomplete",
        _ => null,
    };

    private EvidenceStep? LastStanding => _sheet?.History.LastOrDefault(h => h.Stands && h.IsEntry);

    public void Dispose()
    {
        Context.Board.Changed -= OnChanged;
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized() => Context.Board.Changed += OnChanged;

    protected override async Task OnParametersSetAsync()
    {
        if (_shown != (Examination, Limb))
        {
            (_shown, _sheet, _form, _said, _trouble) = ((Examination, Limb), null, null, string.Empty, null);
            await LookAsync();
        }
    }

    private string Address(Side side) => $"/evidence/{Examination}/{SiteWords.Word(side)}";

    private void Begin()
    {
        _said = string.Empty;
        _form = new EvidenceForm(_sheet!.Evidence);
    }

    private async Task Save()
    {
        if (!IsNamed())
        {
            return;
        }

        try
        {
            EvidenceEntered what = _form!.Changes();
            if (what.IsEmpty)
            {
                (_form, _said) = (null, "Nothing was changed.");
            }
            else if (await DoAsync(_ => new Act.Evidence(Side, what), "Saved."))
            {
                _form = null;
            }
        }
        catch (FormatException e)
        {
            _said = $"Not saved: {e.Message}.";
        }
    }

    private async Task Sign()
    {
        int version = _sheet!.Version;
        await DoAsync(_ => new Act.SignEvidence(Side, version), "Signed.");
    }

    private async Task TakeBack()
    {
        int act = LastStanding!.Act;
        await DoAsync(_ => new Act.Undo(act), "Taken back.");
    }

    private bool IsNamed()
    {
        bool named = _physician.Trim().Length > 0;
        _said = named ? _said : "Not done: write your name first, so that the recording says who did it.";
        return named;
    }

    /// <returns>True when it was done.</returns>
    private async Task<bool> DoAsync(Func<ExaminationFold, Act> act, string done)
    {
        if (!IsNamed())
        {
            return false;
        }

        _busy = true;
        StateHasChanged();
        try
        {
            string? refusal = await Shelf.EnterAsync(Examination, act, _physician.Trim(), _gone.Token);
            _said = refusal is null ? done : $"Not done: {refusal}.";
            await LookAsync();
            return refusal is null;
        }
        catch (OperationCanceledException)
        {
            return false;   // the page went; what was asked is done or refused without it
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
            ShelvedExamination found = await Shelf.ReadAsync(Examination, _gone.Token);
            _sheet = found.Of(Side);
            _trouble = Limb is not (null or "right" or "left") ? "the address ends on right or left" : found.Trouble ?? (_sheet is null ? "no patient is named yet" : null);
        }
        catch (OperationCanceledException)
        {
            // the page went
        }
    }

    /// <summary>The running examination goes on under the page; a form that is open is left alone.</summary>
    private void OnChanged()
    {
        if (Context.Board.View is { } view && view.Examination == Examination && !ReferenceEquals(view.Evidence.FirstOrDefault(e => e.Side == Side), _sheet) && !_busy)
        {
            _ = InvokeAsync(async () =>
            {
                if (!_gone.IsCancellationRequested)
                {
                    await LookAsync();
                    StateHasChanged();
                }
            });
        }
    }
}
