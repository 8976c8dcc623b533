from exp41 import *
def fn(r):
    out={}; A=r.A(); N,E5,E20,L,i,Ab=setup(r); G=N+(E5+E20)/2; D=r.D; V=D/2*np.log1p(2*A/D)
    for a in (0,.15,.25,.33,.5,.75): out[f"V{a} L.5"]=a*V+G+L/2
    for l in (0,.25,.33,1): out[f"V.25 L{l}"]=.25*V+l*L+G
    out["V.33 L.33"]=(V+L)/3+G; out["V.5 L0"]=V/2+G
    T=lambda x:D/2*np.log1p(2*np.maximum(x,0)/D)
    return out
if __name__=="__main__": 
    res=sweep(fn,["/tmp/det/H0"],"/tmp/det/exp43.pkl",sets=ALL)
